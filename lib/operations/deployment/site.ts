import { randomBytes } from "node:crypto";
import { safeErrorReason } from "../../observability/safe-error-reason";
import { type HttpResponse, createSiteClient } from "./http-client";
import { type Finding, createFinding } from "./finding";
import { type SampledResponse, checkHeaders, checkNonce } from "./headers";
import type { DeploymentReport } from "./report";

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
export async function checkSite({ url, at, cronSecretIsSet }: Site): Promise<SiteReport> {
  const ask = createSiteClient(url, at);
  const silent: Finding[] = [];
  const answerOf = async (where: string, asking: Promise<HttpResponse>): Promise<SampledResponse[]> => {
    try {
      return [{ label: where, response: await asking }];
    } catch (thrown) {
      silent.push(unreachableFinding(where, thrown));
      return [];
    }
  };
  const [page] = await answerOf(at ?? url, ask("/"));
  if (!page) return { findings: silent, untested: [] };
  const nowhere = `nowhere-${randomBytes(6).toString("hex")}`;
  const file = findStaticFile(page.response);
  const https = url.startsWith("https:");
  const [again, missing, fields, unknown, health, cron, script] = await Promise.all([
    answerOf("/", ask("/")),
    answerOf("a page that is not there", ask(`/${nowhere}`)),
    answerOf("/api/fields", ask("/api/fields")),
    answerOf("an address of the interface that is not there", ask(`/api/${nowhere}`)),
    answerOf("/api/health", ask("/api/health")),
    answerOf("/api/cron/work", ask("/api/cron/work")),
    file ? answerOf(file, requestStaticFile(ask, file)) : [],
  ]);
  const own = file?.startsWith("/") ? script : [];
  const guarded = [{ ...page, label: "/" }, ...missing, ...fields, ...unknown, ...own];
  return {
    findings: [
      ...silent,
      ...checkHeaders(guarded, { https }),
      ...again.flatMap(({ response: answer }) => checkNonce(page.response, answer)),
      ...script.flatMap(({ label: where, response: answer }) => checkStaticFile(where, answer)),
      ...health.flatMap(({ response: answer }) => checkHealth(answer)),
      ...cron.flatMap(({ response: answer }) => checkCron(answer, cronSecretIsSet)),
      ...(https && !at ? await checkPlainHttp(url) : []),
    ],
    untested: file ? [] : ["How static files are kept and packed was not looked at: / names none."],
  };
}

type SiteReport = Pick<DeploymentReport, "findings" | "untested">;

function unreachableFinding(where: string, thrown: unknown): Finding {
  return createFinding(
    "unreachable",
    `${where} does not answer: ${safeErrorReason(thrown)}.`,
    "See that it runs, that its name points there, and that its certificate is good; `--at` asks it elsewhere.",
  );
}

/** A script or style that a page names: its path, or its whole address where the build's files have a host of their own. */
function findStaticFile({ body }: HttpResponse): string | undefined {
  return /"((?:https?:\/\/[^"/]+)?\/_next\/static\/[^"]+\.(?:js|css))"/.exec(body)?.[1];
}

/** That host is asked where it is, whatever stands in for the application. */
async function requestStaticFile(ask: ReturnType<typeof createSiteClient>, file: string): Promise<HttpResponse> {
  const packed = { "accept-encoding": "br, gzip" };
  return file.startsWith("/")
    ? ask(file, packed)
    : createSiteClient(new URL(file).origin)(new URL(file).pathname, packed);
}

function checkStaticFile(file: string, { headers }: HttpResponse): Finding[] {
  const found: Finding[] = [];
  if (!/immutable/.test(headers.get("cache-control") ?? ""))
    found.push(
      createFinding(
        "static-cache",
        `${file} may not be kept for good: Cache-Control is ${headers.get("cache-control") ?? "not there"}.`,
        "Let whatever stands before the application pass its Cache-Control on.",
      ),
    );
  if (!headers.has("content-encoding"))
    found.push(
      createFinding(
        "static-packed",
        `${file} is sent unpacked to a caller that takes Brotli and gzip.`,
        "Let whatever stands before the application pass Accept-Encoding on.",
      ),
    );
  return found;
}

function checkHealth({ status, body }: HttpResponse): Finding[] {
  if (status === 200) return [];
  const failing = /"(database|storage)":"failing"/.exec(body)?.[1];
  return [
    createFinding(
      "health",
      `/api/health answers ${status}${failing ? `: ${failing} fails` : ""}.`,
      'The log of the application says why, in lines with "A health check fails.".',
    ),
  ];
}

/** A stranger is refused (401) where there is a secret, and told that there is none (503) where not. */
function checkCron({ status }: HttpResponse, known: boolean): Finding[] {
  const wanted = known ? 401 : 503;
  if (status === wanted) return [];
  return [
    createFinding(
      "cron",
      `/api/cron answers ${status} to a stranger, and should answer ${wanted}.`,
      "Give the application the CRON_SECRET that is set here, and nothing before it that answers in its place.",
    ),
  ];
}

async function checkPlainHttp(url: string): Promise<Finding[]> {
  const plain = new URL(url);
  plain.protocol = "http:";
  plain.port = "";
  const answer = await createSiteClient(plain.origin)("/").catch(() => null);
  // Nobody listens there: nothing can be said in the clear.
  return answer === null ? [] : evaluateRedirect(plain, answer);
}

/** What is answered in the clear: the way to the same host over HTTPS, and nothing else. */
export function evaluateRedirect({ origin, hostname }: URL, { status, headers }: HttpResponse): Finding[] {
  const target = URL.parse(headers.get("location") ?? "", origin);
  const moved = [301, 302, 307, 308].includes(status);
  if (moved && target?.protocol === "https:" && target.hostname === hostname) return [];
  return [
    createFinding(
      "https-redirect",
      `${origin} answers ${status} in the clear.`,
      "Have whatever ends TLS redirect every plain request to the same address with https.",
    ),
  ];
}
