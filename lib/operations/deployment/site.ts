import { randomBytes } from "node:crypto";
import { safeErrorReason } from "../../observability/safe-error-reason";
import type { Finding } from "../finding";
import type { HttpResponse } from "../http-prober";
import { checkHeaders, checkNonce, type SampledResponse } from "./headers";
import { createFinding, createUntested } from "./rules";
import { createSiteClient, type SiteClient } from "./site-client";

export type Site = {
  url: string;
  /** The origin to send requests to, instead of `url`. */
  at?: string | undefined;
  cronSecretIsSet: boolean;
};

/**
 * Checks the responses to an anonymous caller: pages, API, missing URLs, a static file, and plain
 * HTTP. Changes nothing. A URL that does not respond is one more finding.
 */
export async function checkSite({ url, at, cronSecretIsSet }: Site): Promise<Finding[]> {
  const get = createSiteClient(url, at);
  const unreachable: Finding[] = [];
  const sample = async (label: string, pending: Promise<HttpResponse>): Promise<SampledResponse[]> => {
    try {
      return [{ label, response: await pending }];
    } catch (error) {
      unreachable.push(unreachableFinding(label, error));
      return [];
    }
  };
  const [page] = await sample(at ?? url, get("/"));
  if (!page) return unreachable;
  const missingName = `nowhere-${randomBytes(6).toString("hex")}`;
  const file = findStaticFile(page.response);
  const https = url.startsWith("https:");
  const [secondPage, missing, fields, missingApi, health, cron, script] = await Promise.all([
    sample("/", get("/")),
    sample("a page that does not exist", get(`/${missingName}`)),
    sample("/api/fields", get("/api/fields")),
    sample("an API URL that does not exist", get(`/api/${missingName}`)),
    sample("/api/health", get("/api/health")),
    sample("/api/cron/work", get("/api/cron/work")),
    file ? sample(file, requestStaticFile(get, file)) : [],
  ]);
  const ownScript = file?.startsWith("/") ? script : [];
  const withHeaders = [{ ...page, label: "/" }, ...missing, ...fields, ...missingApi, ...ownScript];
  return [
    ...unreachable,
    ...checkHeaders(withHeaders, { https }),
    ...secondPage.flatMap(({ response }) => checkNonce(page.response, response)),
    ...script.flatMap(({ label, response }) => checkStaticFile(label, response)),
    ...health.flatMap(({ response }) => checkHealth(response)),
    ...cron.flatMap(({ response }) => checkCron(response, cronSecretIsSet)),
    ...(https && !at ? await checkPlainHttp(url) : []),
    ...(file
      ? []
      : [
          createUntested(
            "static-cache",
            "Caching and compression of static files were not tested: / names none.",
          ),
        ]),
  ];
}

function unreachableFinding(label: string, error: unknown): Finding {
  return createFinding(
    "unreachable",
    `${label} does not respond: ${safeErrorReason(error)}.`,
    "Check that the application runs, that DNS leads to it, and that its certificate is valid; `--at` sends the requests to another origin.",
  );
}

/**
 * Finds a script or style in a page: its path, or its URL if static files have a host of their own.
 */
function findStaticFile({ body }: HttpResponse): string | undefined {
  return /"((?:https?:\/\/[^"/]+)?\/_next\/static\/[^"]+\.(?:js|css))"/.exec(body.toString())?.[1];
}

/** A host for static files is always requested by its own name, even with `at`. */
async function requestStaticFile(get: SiteClient, file: string): Promise<HttpResponse> {
  const headers = { "accept-encoding": "br, gzip" };
  if (file.startsWith("/")) return get(file, headers);
  const { origin, pathname } = new URL(file);
  return createSiteClient(origin)(pathname, headers);
}

function checkStaticFile(file: string, { headers }: HttpResponse): Finding[] {
  const findings: Finding[] = [];
  const cacheControl = headers.get("cache-control") ?? "none";
  if (!/immutable/.test(cacheControl))
    findings.push(
      createFinding(
        "static-cache",
        `Browsers may not cache ${file} as immutable: Cache-Control is ${cacheControl}.`,
        "Configure the proxy before the application to keep its Cache-Control.",
      ),
    );
  if (!headers.has("content-encoding"))
    findings.push(
      createFinding(
        "static-packed",
        `${file} is sent uncompressed to a client that accepts Brotli and gzip.`,
        "Configure the proxy before the application to forward Accept-Encoding.",
      ),
    );
  return findings;
}

function checkHealth({ status, body }: HttpResponse): Finding[] {
  if (status === 200) return [];
  const failing = /"(database|storage)":"failing"/.exec(body.toString())?.[1];
  return [
    createFinding(
      "health",
      `/api/health responds ${status}${failing ? `: ${failing} fails` : ""}.`,
      'Read the reason in the application\'s log, in lines with "A health check fails.".',
    ),
  ];
}

/** Without the secret a caller gets 401, or 503 if the application has no secret. */
function checkCron({ status }: HttpResponse, cronSecretIsSet: boolean): Finding[] {
  const expected = cronSecretIsSet ? 401 : 503;
  if (status === expected) return [];
  return [
    createFinding(
      "cron",
      `/api/cron responds ${status} to an anonymous caller, instead of ${expected}.`,
      "Give the application the CRON_SECRET of these settings, and check that no proxy responds in its place.",
    ),
  ];
}

async function checkPlainHttp(url: string): Promise<Finding[]> {
  const plain = new URL(url);
  plain.protocol = "http:";
  plain.port = "";
  const response = await createSiteClient(plain.origin)("/").catch(() => null);
  // If no server listens there, no visitor can send anything unencrypted.
  return response === null ? [] : evaluateRedirect(plain, response);
}

/**
 * Checks the response over plain HTTP: a redirect to the same host over HTTPS, and nothing else.
 */
export function evaluateRedirect(
  { origin, hostname }: URL,
  { status, headers }: Pick<HttpResponse, "status" | "headers">,
): Finding[] {
  const target = URL.parse(headers.get("location") ?? "", origin);
  const redirects = [301, 302, 307, 308].includes(status);
  if (redirects && target?.protocol === "https:" && target.hostname === hostname) return [];
  return [
    createFinding(
      "https-redirect",
      `${origin} responds ${status} without encryption.`,
      "Configure the proxy that terminates TLS to redirect every HTTP request to the same URL with https.",
    ),
  ];
}
