import type { Env } from "../../config/env";
import type { Finding } from "../finding";
import { createFinding } from "./rules";

type Runtime = { node: string };

/** Checks the settings alone, without any request. */
export function checkSettings(env: Env, { node }: Runtime): Finding[] {
  return [
    ...checkNode(env, node),
    ...checkSecrets(env),
    ...checkMail(env),
    ...checkSignUp(env),
    ...checkOrigins(env),
    ...checkStores(env),
    ...checkProxies(env),
    ...checkListenAddress(env),
    ...checkLogLevel(env),
  ];
}

export function isLoopback(url: string): boolean {
  return ["localhost", "127.0.0.1", "[::1]", "::1"].includes(new URL(url).hostname);
}

function checkNode({ NODE_ENV }: Env, node: string): Finding[] {
  const [major = 0, minor = 0] = node.split(".").map(Number);
  const old = major < 22 || (major === 22 && minor < 12);
  return [
    ...(old || major % 2 === 1
      ? [
          createFinding(
            "node-version",
            `Node ${node} is ${old ? "too old" : "a version without long-term support"}.`,
            "Use Node 24, or 22.12 and later.",
          ),
        ]
      : []),
    ...(NODE_ENV === "development" || NODE_ENV === "test"
      ? [
          createFinding(
            "development",
            `NODE_ENV is ${NODE_ENV}: pages show error messages, and scripts may use eval.`,
            "Remove NODE_ENV, or set it to production.",
          ),
        ]
      : []),
  ];
}

function checkSecrets({ AUTH_SECRET, CRON_SECRET, VERCEL }: Env): Finding[] {
  const findings: Finding[] = [];
  if (isGuessable(AUTH_SECRET))
    findings.push(
      createFinding(
        "auth-secret",
        "AUTH_SECRET can be guessed, and an attacker who knows it can sign in as anyone.",
        "Create one with `openssl rand -base64 32`. After that all people have to sign in again.",
      ),
    );
  if (CRON_SECRET === undefined) {
    const missing = createFinding(
      "cron-secret-missing",
      "No scheduler can call /api/cron: without CRON_SECRET it responds 503.",
      "Set CRON_SECRET and let a scheduler call it, or keep `npm run worker` (or `npm start`, which does the same) running.",
    );
    // On Vercel no process runs between requests.
    findings.push(VERCEL ? { ...missing, outcome: "failed" } : missing);
  } else if (isGuessable(CRON_SECRET) || CRON_SECRET === AUTH_SECRET)
    findings.push(
      createFinding(
        "cron-secret-weak",
        "CRON_SECRET can be guessed, or equals AUTH_SECRET.",
        "Create another one with `openssl rand -base64 32`.",
      ),
    );
  return findings;
}

function checkSignUp({ SIGN_UP }: Env): Finding[] {
  if (SIGN_UP === "invite") return [];
  return [
    createFinding(
      "sign-up",
      "Every visitor can create an account: SIGN_UP is open.",
      "Remove SIGN_UP, so that only people who are invited can join, unless you want this.",
    ),
  ];
}

/** People then miss that an approval runs out, or that a reviewer asks for a new copy. */
function checkMail({ SMTP_URL, VERCEL, VERCEL_ENV }: Env): Finding[] {
  // A preview sends no mail, whatever its settings are.
  if (SMTP_URL || VERCEL_ENV === "preview") return [];
  return [
    createFinding(
      "mail-server",
      `People get no mail, so no invited person can join: without SMTP_URL ${VERCEL ? "mails wait in the database" : "mails are files in DATA_DIR"}.`,
      "Set SMTP_URL and MAIL_FROM.",
    ),
  ];
}

/**
 * Whether a secret contains a word of an example, or few different characters: 32 random bytes in
 * base64 have about 28.
 */
function isGuessable(secret: string): boolean {
  return (
    new Set(secret).size < 12 || /secret|password|change|example|dossier|test|default|1234|abcd/i.test(secret)
  );
}

function checkOrigins({ APP_URL, MEDIA_URL, ASSET_PREFIX, STORAGE }: Env): Finding[] {
  const findings: Finding[] = [];
  if (isLoopback(APP_URL))
    findings.push(
      createFinding(
        "app-url-loopback",
        `APP_URL is ${APP_URL}, which only this machine can reach.`,
        "Set it to the URL that people open.",
      ),
    );
  if (!APP_URL.startsWith("https:"))
    findings.push(
      createFinding(
        "app-url-https",
        `People send their passwords to ${APP_URL} unencrypted.`,
        "Serve the site over HTTPS, and set APP_URL to its https URL.",
      ),
    );
  const app = new URL(APP_URL).host;
  if (MEDIA_URL && (!MEDIA_URL.startsWith("https:") || (STORAGE === "s3" && new URL(MEDIA_URL).host === app)))
    findings.push(
      createFinding(
        "media-url",
        `Browsers load members' pictures from ${MEDIA_URL}.`,
        "Serve them over HTTPS and from another host than the application's, so that a file cannot act as the site.",
      ),
    );
  if (ASSET_PREFIX && (!ASSET_PREFIX.startsWith("https:") || ASSET_PREFIX === MEDIA_URL))
    findings.push(
      createFinding(
        "asset-prefix",
        `Browsers load the site's scripts from ${ASSET_PREFIX}.`,
        "Serve them over HTTPS and from another host than members' pictures.",
      ),
    );
  return findings;
}

function checkStores({ STORAGE, S3_ENDPOINT, S3_BROWSER_ENDPOINT }: Env): Finding[] {
  if (STORAGE === "local")
    return [
      createFinding(
        "storage-local",
        "Files are stored on this machine's disk.",
        "Keep this if there is one machine and its disk is backed up. Otherwise set STORAGE=s3.",
      ),
    ];
  if (STORAGE !== "s3") return [];
  const browserUrl = S3_BROWSER_ENDPOINT ?? S3_ENDPOINT;
  if (!browserUrl || browserUrl.startsWith("https:")) return [];
  return [
    createFinding(
      "s3-endpoint-https",
      `Browsers send documents to ${browserUrl} unencrypted, or refuse to.`,
      "Serve the store over HTTPS, and set S3_BROWSER_ENDPOINT or S3_ENDPOINT to that URL.",
    ),
  ];
}

/** Whether the settings are those of a deployment on Vercel, even if pulled to another machine. */
function isOnVercel({ VERCEL, VERCEL_ENV, VERCEL_OIDC_TOKEN }: Env): boolean {
  return (VERCEL ?? VERCEL_ENV ?? VERCEL_OIDC_TOKEN) !== undefined;
}

function checkProxies(env: Env): Finding[] {
  const { APP_URL, TRUSTED_PROXIES, VERCEL } = env;
  const findings: Finding[] = [];
  // This server speaks plain HTTP: if people use HTTPS, there is a proxy before it.
  const proxied = VERCEL !== undefined || (APP_URL.startsWith("https:") && !isOnVercel(env));
  if (proxied && TRUSTED_PROXIES === 0)
    findings.push(
      createFinding(
        "trusted-proxies",
        "TRUSTED_PROXIES is 0 behind a proxy: all people have one IP address, and share their sign-in attempts.",
        "Set it to the number of proxies before the application. On Vercel remove it: it is 1 there.",
      ),
    );
  if (VERCEL !== undefined && TRUSTED_PROXIES > 1)
    findings.push(
      createFinding(
        "trusted-proxies",
        `TRUSTED_PROXIES is ${TRUSTED_PROXIES} on Vercel, which is one proxy.`,
        "Remove it on Vercel.",
      ),
    );
  return findings;
}

const ALL_INTERFACES = ["", "0.0.0.0", "::"];

/** A client that bypasses the proxy can forge X-Forwarded-For. */
function checkListenAddress(env: Env): Finding[] {
  const { APP_URL, HOST = "", TRUSTED_PROXIES } = env;
  const isOpen = ALL_INTERFACES.includes(HOST) && !(HOST === "" && isLoopback(APP_URL));
  if (isOnVercel(env) || TRUSTED_PROXIES === 0 || !isOpen) return [];
  return [
    createFinding(
      "open-behind-proxy",
      "The application listens on every interface and trusts X-Forwarded-For: a client that bypasses the proxy can forge its IP address.",
      "Set HOST to 127.0.0.1, or to the address that the proxy uses. Keep it only if a container or a network admits no other client.",
    ),
  ];
}

function checkLogLevel({ LOG_LEVEL }: Env): Finding[] {
  if (LOG_LEVEL !== "debug" && LOG_LEVEL !== "silent") return [];
  return [
    createFinding(
      "log-level",
      `LOG_LEVEL is ${LOG_LEVEL}: ${LOG_LEVEL === "silent" ? "failures are not logged" : "every health check is logged"}.`,
      "Set it to info.",
    ),
  ];
}
