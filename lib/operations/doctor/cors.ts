import { type ProbeContext, SAMPLE } from "./probe-context";
import { type Check, failedResult, passedResult, untestedResult, type CheckResult, warningResult } from "./report";
import { type HttpResponse, isSuccess, sendRequest, describeRefusal } from "./http-request";

const CORS_FIX = "`npm run storage -- provision` writes the CORS rule that is needed.";
/** Reserved: nobody's site. */
const FOREIGN_ORIGIN = "https://elsewhere.invalid";

/** What a browser asks the store before it lets a page of ours talk to it, and what it looks for in the answer. */
export function corsChecks(patient: ProbeContext): Check[] {
  return [
    { check: "cors-put", title: "Browsers may send files from our pages", run: () => checkPut(patient) },
    {
      check: "cors-answer",
      title: "Our pages may read the store's answer to a file",
      run: () => checkResponseReadable(patient),
    },
    { check: "cors-foreign", title: "Pages of other sites may not", run: () => checkForeignOrigin(patient) },
  ];
}

function sendPreflight(url: string, origin: string, method: string, headers: string[]): Promise<HttpResponse> {
  const asked: Record<string, string> =
    headers.length > 0 ? { "access-control-request-headers": headers.sort().join(",") } : {};
  return sendRequest({
    method: "OPTIONS",
    url,
    headers: { origin, "access-control-request-method": method, ...asked },
  });
}

const parseHeaderList = (list: string | undefined) =>
  (list ?? "")
    .toLowerCase()
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);

/** Why a browser would not send the request, by the rules of https://fetch.spec.whatwg.org/#cors-preflight-fetch; undefined where it would. */
async function findCorsError(
  url: string,
  origin: string,
  method: string,
  headers: string[],
): Promise<string | undefined> {
  const answer = await sendPreflight(url, origin, method, headers);
  const allowed = answer.headers["access-control-allow-origin"];
  if (!isSuccess(answer) || (allowed !== origin && allowed !== "*")) {
    const missing = await findRefusedHeaders(url, origin, method, headers);
    if (missing.length > 0) return `The store does not allow the headers ${missing.join(", ")}.`;
    return isSuccess(answer)
      ? `The store does not name ${origin} as a site that may talk to it.`
      : `The store answers ${describeRefusal(answer)} when a browser asks for leave from ${origin}.`;
  }
  if (!parseHeaderList(answer.headers["access-control-allow-methods"]).includes(method.toLowerCase()))
    return `The store does not allow ${method} from ${origin}.`;
  const granted = parseHeaderList(answer.headers["access-control-allow-headers"]);
  const missing = headers.filter((name) => !granted.includes(name.toLowerCase()) && !granted.includes("*"));
  return missing.length > 0 ? `The store does not allow the headers ${missing.join(", ")}.` : undefined;
}

/** Some stores refuse the whole where a single header is the trouble: which it is, where without any they would not. */
async function findRefusedHeaders(
  url: string,
  origin: string,
  method: string,
  headers: string[],
): Promise<string[]> {
  if (headers.length === 0 || (await findCorsError(url, origin, method, []))) return [];
  const alone = await Promise.all(
    headers.map(async (name) => ({ name, answer: await sendPreflight(url, origin, method, [name]) })),
  );
  return alone.filter(({ answer }) => !isSuccess(answer)).map(({ name }) => name);
}

async function checkPut({ input: { appUrl }, storages, newKey }: ProbeContext): Promise<CheckResult> {
  const { url, headers } = await storages.private.signPut(newKey(), SAMPLE.ticket);
  const { origin } = new URL(appUrl);
  const names = Object.keys(headers);
  const hindered = await findCorsError(url, origin, "PUT", names);
  return hindered
    ? failedResult(`${hindered} No upload would begin.`, CORS_FIX)
    : passedResult(`${origin} may, with every header of a ticket.`);
}

async function checkResponseReadable({ input: { appUrl }, storages, newKey }: ProbeContext): Promise<CheckResult> {
  const key = newKey();
  const { url, headers } = await storages.private.signPut(key, SAMPLE.ticket);
  const { origin } = new URL(appUrl);
  const length = { "content-length": String(SAMPLE.bytes.length) };
  try {
    const answer = await sendRequest({
      method: "PUT",
      url,
      headers: { ...headers, ...length, origin },
      body: SAMPLE.bytes,
    });
    if (!isSuccess(answer)) return untestedResult(`The file itself was refused: ${describeRefusal(answer)}.`);
    const allowed = answer.headers["access-control-allow-origin"];
    if (allowed !== origin && allowed !== "*")
      return failedResult(
        "The file arrives, and the browser calls it a failure, for the answer does not name our site.",
        CORS_FIX,
      );
    const exposed = parseHeaderList(answer.headers["access-control-expose-headers"]);
    return exposed.length > 0
      ? warningResult(`Pages may also read ${exposed.join(", ")}, which none of ours needs.`, CORS_FIX)
      : passedResult("They may, and no header that they do not need is exposed.");
  } finally {
    await storages.private.remove(key);
  }
}

async function checkForeignOrigin({ storages, newKey }: ProbeContext): Promise<CheckResult> {
  const { url, headers } = await storages.private.signPut(newKey(), SAMPLE.ticket);
  const names = Object.keys(headers);
  return (await findCorsError(url, FOREIGN_ORIGIN, "PUT", names))
    ? passedResult("A page of another site is refused.")
    : warningResult("Pages of any site may talk to the private bucket, given a signed address.", CORS_FIX);
}
