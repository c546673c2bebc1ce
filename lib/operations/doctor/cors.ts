import { describeStatus, type HttpResponse, isSuccess, sendRequest } from "../http-prober";
import { type ProbeContext, SAMPLE, uploadRequest } from "./probe-context";
import {
  type Check,
  type CheckResult,
  failedResult,
  passedResult,
  untestedResult,
  warningResult,
} from "./run-checks";

const CORS_FIX = "Run `npm run storage -- provision`: it writes the required CORS rule.";
/** A reserved name that no site has. */
const FOREIGN_ORIGIN = "https://elsewhere.invalid";

/** Checks the responses that a browser requires before a page may upload to the store. */
export function corsChecks(context: ProbeContext): Check[] {
  return [
    {
      check: "cors-put",
      title: "Browsers may upload from the application's pages",
      run: () => checkPut(context),
    },
    {
      check: "cors-get",
      title: "The application's pages may download with a signed URL",
      run: () => checkGet(context),
    },
    {
      check: "cors-answer",
      title: "The application's pages may read the response to an upload",
      run: () => checkResponseReadable(context),
    },
    {
      check: "cors-foreign",
      title: "Pages of other sites may not upload",
      run: () => checkForeignOrigin(context),
    },
  ];
}

function sendPreflight(url: string, origin: string, method: string, names: string[]): Promise<HttpResponse> {
  const requested: Record<string, string> =
    names.length > 0 ? { "access-control-request-headers": names.sort().join(",") } : {};
  const headers = { origin, "access-control-request-method": method, ...requested };
  return sendRequest({ method: "OPTIONS", url, headers });
}

function parseHeaderList(response: HttpResponse, header: string): string[] {
  const names = (response.headers.get(header) ?? "").toLowerCase().split(",");
  return names.map((name) => name.trim()).filter(Boolean);
}

/**
 * Returns why a browser would not send the request; undefined if it would.
 * https://fetch.spec.whatwg.org/#cors-preflight-fetch
 */
async function findCorsError(
  url: string,
  origin: string,
  method: string,
  names: string[],
): Promise<string | undefined> {
  const response = await sendPreflight(url, origin, method, names);
  const allowed = response.headers.get("access-control-allow-origin");
  if (!isSuccess(response) || (allowed !== origin && allowed !== "*")) {
    const refused = await findRefusedHeaders(url, origin, method, names);
    if (refused.length > 0) return `The store does not allow the headers ${refused.join(", ")}.`;
    return isSuccess(response)
      ? `The store does not allow the origin ${origin}.`
      : `The store responds ${describeStatus(response)} to a preflight request from ${origin}.`;
  }
  if (!parseHeaderList(response, "access-control-allow-methods").includes(method.toLowerCase()))
    return `The store does not allow ${method} from ${origin}.`;
  const granted = parseHeaderList(response, "access-control-allow-headers");
  const missing = names.filter((name) => !granted.includes(name.toLowerCase()) && !granted.includes("*"));
  return missing.length > 0 ? `The store does not allow the headers ${missing.join(", ")}.` : undefined;
}

/**
 * Some stores reject the preflight because of one header. Finds which, by one preflight for each.
 */
async function findRefusedHeaders(
  url: string,
  origin: string,
  method: string,
  names: string[],
): Promise<string[]> {
  if (names.length === 0 || (await findCorsError(url, origin, method, []))) return [];
  const results = await Promise.all(
    names.map(async (name) => ({ name, response: await sendPreflight(url, origin, method, [name]) })),
  );
  return results.filter(({ response }) => !isSuccess(response)).map(({ name }) => name);
}

async function checkPut({ input: { appUrl }, storages, newKey }: ProbeContext): Promise<CheckResult> {
  const { url, headers } = await storages.private.signPut(newKey(), SAMPLE.ticket);
  const { origin } = new URL(appUrl);
  const error = await findCorsError(url, origin, "PUT", Object.keys(headers));
  return error
    ? failedResult(`${error} Members cannot upload.`, CORS_FIX)
    : passedResult(`${origin} is allowed, with every header of a ticket.`);
}

/** The export of a member's data goes on after a cut with a `Range` header. */
async function checkGet({ input: { appUrl }, storages, newKey }: ProbeContext): Promise<CheckResult> {
  const signed = {
    type: SAMPLE.ticket.type,
    disposition: "attachment",
    name: "a.pdf",
    expiresIn: 60,
  } as const;
  const url = await storages.private.signGet(newKey(), signed);
  const { origin } = new URL(appUrl);
  const error = await findCorsError(url, origin, "GET", ["range"]);
  return error
    ? failedResult(`${error} Members cannot download their data.`, CORS_FIX)
    : passedResult(`${origin} is allowed, with the header of a download that goes on.`);
}

async function checkResponseReadable({
  input: { appUrl },
  storages,
  newKey,
}: ProbeContext): Promise<CheckResult> {
  const key = newKey();
  const request = uploadRequest(await storages.private.signPut(key, SAMPLE.ticket));
  const { origin } = new URL(appUrl);
  try {
    const response = await sendRequest({ ...request, headers: { ...request.headers, origin } });
    if (!isSuccess(response))
      return untestedResult(`The store rejected the upload itself: ${describeStatus(response)}.`);
    const allowed = response.headers.get("access-control-allow-origin");
    if (allowed !== origin && allowed !== "*")
      return failedResult(
        "The store receives the upload, but the browser reports an error: the response does not allow the application's origin.",
        CORS_FIX,
      );
    const exposed = parseHeaderList(response, "access-control-expose-headers");
    return exposed.length > 0
      ? warningResult(
          `Pages may also read ${exposed.join(", ")}, which the application does not need.`,
          CORS_FIX,
        )
      : passedResult("They may, and the store exposes no other header.");
  } finally {
    await storages.private.remove(key);
  }
}

async function checkForeignOrigin({ storages, newKey }: ProbeContext): Promise<CheckResult> {
  const { url, headers } = await storages.private.signPut(newKey(), SAMPLE.ticket);
  return (await findCorsError(url, FOREIGN_ORIGIN, "PUT", Object.keys(headers)))
    ? passedResult("The store does not allow another origin.")
    : warningResult("Pages of any site may use a signed URL of the private bucket.", CORS_FIX);
}
