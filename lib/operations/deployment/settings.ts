import type { Env } from "../../config/env";
import { type Finding, createFinding } from "./finding";

type Runtime = { node: string };

/** What can be told of the settings without asking anybody. */
export function checkSettings(env: Env, { node }: Runtime): Finding[] {
  return [...checkNode(env, node), ...checkSecrets(env), ...checkOrigins(env), ...checkStores(env), ...checkServerSetup(env)];
}

export function isLoopback(address: string): boolean {
  return ["localhost", "127.0.0.1", "[::1]", "::1"].includes(new URL(address).hostname);
}

function checkNode({ NODE_ENV }: Env, node: string): Finding[] {
  const [major = 0, minor = 0] = node.split(".").map(Number);
  const old = major < 22 || (major === 22 && minor < 12);
  return [
    ...(old || major % 2 === 1
      ? [
          createFinding(
            "node-version",
            `Node ${node} is ${old ? "too old" : "no version that is kept safe for long"}.`,
            "Run Node 24, or 22.12 and later.",
          ),
        ]
      : []),
    ...(NODE_ENV === "development" || NODE_ENV === "test"
      ? [
          createFinding(
            "development",
            `NODE_ENV is ${NODE_ENV}: errors show their words, and scripts may be evaluated.`,
            "Leave NODE_ENV unset, or set it to production.",
          ),
        ]
      : []),
  ];
}

function checkSecrets({ AUTH_SECRET, CRON_SECRET, VERCEL }: Env): Finding[] {
  const found: Finding[] = [];
  if (isGuessable(AUTH_SECRET))
    found.push(
      createFinding(
        "auth-secret",
        "AUTH_SECRET can be guessed, and whoever knows it signs sessions of anybody.",
        "Make one with `openssl rand -base64 32`; everybody signs in anew after that.",
      ),
    );
  if (CRON_SECRET === undefined) {
    const alone = createFinding(
      "cron-secret-missing",
      "Nobody can call /api/cron: without CRON_SECRET it answers 503.",
      "Set CRON_SECRET and have a scheduler call it, or see that `npm run worker` (or `npm start`, which does the same) always runs.",
    );
    // Nothing runs between requests there.
    found.push(VERCEL ? { ...alone, severity: "error" } : alone);
  } else if (isGuessable(CRON_SECRET) || CRON_SECRET === AUTH_SECRET)
    found.push(
      createFinding(
        "cron-secret-weak",
        "CRON_SECRET can be guessed, or is AUTH_SECRET over again.",
        "Make one of its own with `openssl rand -base64 32`.",
      ),
    );
  return found;
}

/** Words out of examples, and texts that are long without holding much: 32 random bytes in base64 have about 28 different characters. */
function isGuessable(secret: string): boolean {
  return (
    new Set(secret).size < 12 || /secret|password|change|example|dossier|test|default|1234|abcd/i.test(secret)
  );
}

function checkOrigins({ APP_URL, MEDIA_URL, ASSET_PREFIX, STORAGE }: Env): Finding[] {
  const found: Finding[] = [];
  if (isLoopback(APP_URL))
    found.push(
      createFinding(
        "app-url-loopback",
        `APP_URL is ${APP_URL}, which only this machine reaches.`,
        "Set it to the address that people type.",
      ),
    );
  if (!APP_URL.startsWith("https:"))
    found.push(
      createFinding(
        "app-url-https",
        `People would sign in at ${APP_URL} in the clear.`,
        "Serve the site over HTTPS, and say so in APP_URL.",
      ),
    );
  const app = new URL(APP_URL).host;
  if (MEDIA_URL && (!MEDIA_URL.startsWith("https:") || (STORAGE === "s3" && new URL(MEDIA_URL).host === app)))
    found.push(
      createFinding(
        "media-url",
        `Members' pictures would come from ${MEDIA_URL}.`,
        "Serve them over HTTPS and from another host than the application, so that nothing in them can speak for it.",
      ),
    );
  if (ASSET_PREFIX && (!ASSET_PREFIX.startsWith("https:") || ASSET_PREFIX === MEDIA_URL))
    found.push(
      createFinding(
        "asset-prefix",
        `The site's own scripts would come from ${ASSET_PREFIX}.`,
        "Serve them over HTTPS and from another host than members' pictures.",
      ),
    );
  return found;
}

function checkStores({ STORAGE, S3_ENDPOINT, S3_BROWSER_ENDPOINT }: Env): Finding[] {
  if (STORAGE === "local")
    return [
      createFinding(
        "storage-local",
        "Files lie on this machine's disk.",
        "Keep it if there is one machine whose disk is backed up; else set STORAGE=s3.",
      ),
    ];
  const seen = S3_BROWSER_ENDPOINT ?? S3_ENDPOINT;
  if (!seen || seen.startsWith("https:")) return [];
  return [
    createFinding(
      "s3-endpoint-https",
      `Browsers would send papers to ${seen} in the clear, or refuse to.`,
      "Give the store HTTPS, and name that address in S3_BROWSER_ENDPOINT or S3_ENDPOINT.",
    ),
  ];
}

function checkServerSetup(env: Env): Finding[] {
  return [...checkProxies(env), ...checkListenAddress(env), ...checkLogLevel(env)];
}

/** Whether the settings are those of a deployment on Vercel, also where somebody has pulled them onto a machine of their own. */
function isOnVercel({ VERCEL, VERCEL_ENV, VERCEL_OIDC_TOKEN }: Env): boolean {
  return (VERCEL ?? VERCEL_ENV ?? VERCEL_OIDC_TOKEN) !== undefined;
}

function checkProxies(env: Env): Finding[] {
  const { APP_URL, TRUSTED_PROXIES, VERCEL } = env;
  const found: Finding[] = [];
  // This server speaks plain HTTP: where people come by HTTPS, something stands before it.
  const proxied = VERCEL !== undefined || (APP_URL.startsWith("https:") && !isOnVercel(env));
  if (proxied && TRUSTED_PROXIES === 0)
    found.push(
      createFinding(
        "trusted-proxies",
        "TRUSTED_PROXIES is 0 behind a proxy: all people have one address, and share their tries at signing in.",
        "Set it to the number of proxies that the application stands behind; on Vercel leave it, it is 1 there.",
      ),
    );
  if (VERCEL !== undefined && TRUSTED_PROXIES > 1)
    found.push(
      createFinding(
        "trusted-proxies",
        `TRUSTED_PROXIES is ${TRUSTED_PROXIES} on Vercel, which is one proxy.`,
        "Leave it unset there.",
      ),
    );
  return found;
}

const ALL_INTERFACES = ["", "0.0.0.0", "::"];

/** Whoever goes past the proxy writes X-Forwarded-For as they like, and is believed. */
function checkListenAddress(env: Env): Finding[] {
  const { APP_URL, HOST = "", TRUSTED_PROXIES } = env;
  const open = ALL_INTERFACES.includes(HOST) && !(HOST === "" && isLoopback(APP_URL));
  if (isOnVercel(env) || TRUSTED_PROXIES === 0 || !open) return [];
  return [
    createFinding(
      "open-behind-proxy",
      "The application listens on every interface and believes what a proxy says: whoever reaches it past the proxy makes up their address.",
      "Set HOST to 127.0.0.1, or to the address that the proxy calls; keep it only where a container or a network lets nobody else in.",
    ),
  ];
}

function checkLogLevel({ LOG_LEVEL }: Env): Finding[] {
  if (LOG_LEVEL !== "debug" && LOG_LEVEL !== "silent") return [];
  return [
    createFinding(
      "log-level",
      `LOG_LEVEL is ${LOG_LEVEL}: ${LOG_LEVEL === "silent" ? "nobody hears of a failure" : "every look at health is written down"}.`,
      "Leave it at info.",
    ),
  ];
}
