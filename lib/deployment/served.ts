import { randomBytes } from "node:crypto";
import { reasonOf } from "../reason";
import { type Answer, asker } from "./asked";
import { type Finding, finding } from "./finding";
import { type Asked, checkHeaders, checkPolicy } from "./headers";
import type { Report } from "./report";

export type Site = {
  url: string;
  /** Where to knock instead of `url`. */
  at?: string | undefined;
  cronSecretIsSet: boolean;
};

/**
 * What the site answers to a stranger: a page, the interface, what is not there, a static file; and what it answers without HTTPS. Changes nothing. An
 * address without an answer is one finding, beside what the others answer.
 */
export async function checkServed({ url, at, cronSecretIsSet }: Site): Promise<Looked> {
  const ask = asker(url, at);
  const silent: Finding[] = [];
  const answerOf = async (where: string, asking: Promise<Answer>): Promise<Asked[]> => {
    try {
      return [{ where, answer: await asking }];
    } catch (thrown) {
      silent.push(unreachable(where, thrown));
      return [];
    }
  };
  const [page] = await answerOf(at ?? url, ask("/"));
  if (!page) return { findings: silent, untested: [] };
  const nowhere = `nowhere-${randomBytes(6).toString("hex")}`;
  const file = scriptOf(page.answer);
  const https = url.startsWith("https:");
  const [again, missing, fields, unknown, health, cron, script] = await Promise.all([
    answerOf("/", ask("/")),
    answerOf("a page that is not there", ask(`/${nowhere}`)),
    answerOf("/api/fields", ask("/api/fields")),
    answerOf("an address of the interface that is not there", ask(`/api/${nowhere}`)),
    answerOf("/api/health", ask("/api/health")),
    answerOf("/api/cron/work", ask("/api/cron/work")),
    file ? answerOf(file, askFile(ask, file)) : [],
  ]);
  const own = file?.startsWith("/") ? script : [];
  const guarded = [{ ...page, where: "/" }, ...missing, ...fields, ...unknown, ...own];
  return {
    findings: [
      ...silent,
      ...checkHeaders(guarded, { https }),
      ...again.flatMap(({ answer }) => checkPolicy(page.answer, answer)),
      ...script.flatMap(({ where, answer }) => staticFile(where, answer)),
      ...health.flatMap(({ answer }) => well(answer)),
      ...cron.flatMap(({ answer }) => scheduled(answer, cronSecretIsSet)),
      ...(https && !at ? await redirect(url) : []),
    ],
    untested: file ? [] : ["How static files are kept and packed was not looked at: / names none."],
  };
}

type Looked = Pick<Report, "findings" | "untested">;

function unreachable(where: string, thrown: unknown): Finding {
  return finding(
    "unreachable",
    `${where} does not answer: ${reasonOf(thrown)}.`,
    "See that it runs, that its name points there, and that its certificate is good; `--at` asks it elsewhere.",
  );
}

/** A script or style that a page names: its path, or its whole address where the build's files have a host of their own. */
function scriptOf({ body }: Answer): string | undefined {
  return /"((?:https?:\/\/[^"/]+)?\/_next\/static\/[^"]+\.(?:js|css))"/.exec(body)?.[1];
}

/** That host is asked where it is, whatever stands in for the application. */
async function askFile(ask: ReturnType<typeof asker>, file: string): Promise<Answer> {
  const packed = { "accept-encoding": "br, gzip" };
  return file.startsWith("/")
    ? ask(file, packed)
    : asker(new URL(file).origin)(new URL(file).pathname, packed);
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
  const failing = /"(database|storage)":"failing"/.exec(body)?.[1];
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
