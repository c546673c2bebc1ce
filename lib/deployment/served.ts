import { randomBytes } from "node:crypto";
import { reasonOf } from "../reason";
import { type Answer, asker } from "./asked";
import { type Finding, finding } from "./finding";
import { type Asked, checkHeaders, checkPolicy } from "./headers";

export type Site = {
  url: string;
  /** Where to knock instead of `url`. */
  at?: string | undefined;
  cronSecretIsSet: boolean;
};

/** What the site answers to a stranger: a page, the interface, what is not there, a static file; and what it answers without HTTPS. Changes nothing. */
export async function checkServed({ url, at, cronSecretIsSet }: Site): Promise<Finding[]> {
  const ask = asker(url, at);
  let page: Answer;
  try {
    page = await ask("/");
  } catch (thrown) {
    return [
      finding(
        "unreachable",
        `${at ?? url} does not answer: ${reasonOf(thrown)}.`,
        "See that it runs, that its name points there, and that its certificate is good; `--at` asks it elsewhere.",
      ),
    ];
  }
  const nowhere = `nowhere-${randomBytes(6).toString("hex")}`;
  const [again, missing, fields, unknown, health, cron] = await Promise.all(
    ["/", `/${nowhere}`, "/api/fields", `/api/${nowhere}`, "/api/health", "/api/cron/work"].map((path) =>
      ask(path),
    ),
  );
  if (!again || !missing || !fields || !unknown || !health || !cron) return [];
  const https = url.startsWith("https:");
  const file = /"(\/_next\/static\/[^"]+\.(?:js|css))"/.exec(page.body)?.[1];
  const packed = file ? await ask(file, { "accept-encoding": "br, gzip" }) : undefined;
  const asked: Asked[] = [
    { where: "/", answer: page },
    { where: "a page that is not there", answer: missing },
    { where: "/api/fields", answer: fields },
    { where: "an address of the interface that is not there", answer: unknown },
    ...(file && packed ? [{ where: file, answer: packed }] : []),
  ];
  return [
    ...checkHeaders(asked, { https }),
    ...checkPolicy(page, again),
    ...(packed ? staticFile(file ?? "", packed) : []),
    ...well(health),
    ...scheduled(cron, cronSecretIsSet),
    ...(https && !at ? await redirect(url) : []),
  ];
}

function staticFile(file: string, { headers }: Answer): Finding[] {
  const found: Finding[] = [];
  if (!/immutable/.test(headers.get("cache-control") ?? ""))
    found.push(
      finding(
        "static-cache",
        `${file} may not be kept for good: Cache-Control is ${headers.get("cache-control") ?? "not there"}.`,
        "Let whatever stands before the application pass its Cache-Control on.",
      ),
    );
  if (!headers.has("content-encoding"))
    found.push(
      finding(
        "static-packed",
        `${file} is sent unpacked to a caller that takes Brotli and gzip.`,
        "Let whatever stands before the application pass Accept-Encoding on.",
      ),
    );
  return found;
}

function well({ status, body }: Answer): Finding[] {
  if (status === 200) return [];
  const failing = /"(database|storage|mail|scanner)":"failing"/.exec(body)?.[1];
  return [
    finding(
      "health",
      `/api/health answers ${status}${failing ? `: ${failing} fails` : ""}.`,
      'The log of the application says why, in lines with "A health check fails.".',
    ),
  ];
}

/** A stranger is refused (401) where there is a secret, and told that there is none (503) where not. */
function scheduled({ status }: Answer, known: boolean): Finding[] {
  const wanted = known ? 401 : 503;
  if (status === wanted) return [];
  return [
    finding(
      "cron",
      `/api/cron answers ${status} to a stranger, and should answer ${wanted}.`,
      "Give the application the CRON_SECRET that is set here, and nothing before it that answers in its place.",
    ),
  ];
}

async function redirect(url: string): Promise<Finding[]> {
  const plain = new URL(url);
  plain.protocol = "http:";
  plain.port = "";
  const answer = await asker(plain.origin)("/").catch(() => null);
  // Nobody listens there: nothing can be said in the clear.
  return answer === null ? [] : checkRedirect(plain, answer);
}

/** What is answered in the clear: the way to the same host over HTTPS, and nothing else. */
export function checkRedirect({ origin, hostname }: URL, { status, headers }: Answer): Finding[] {
  const target = URL.parse(headers.get("location") ?? "", origin);
  const moved = [301, 302, 307, 308].includes(status);
  if (moved && target?.protocol === "https:" && target.hostname === hostname) return [];
  return [
    finding(
      "https-redirect",
      `${origin} answers ${status} in the clear.`,
      "Have whatever ends TLS redirect every plain request to the same address with https.",
    ),
  ];
}
