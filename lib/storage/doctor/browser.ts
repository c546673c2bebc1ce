import { type Patient, PROBE } from "./patient";
import { type Check, failed, passed, untested, type Verdict, warning } from "./report";
import { type Answer, accepted, ask, refusal } from "./request";

const RULE = "`npm run storage -- provision` writes the CORS rule that is needed.";
/** Reserved: nobody's site. */
const ELSEWHERE = "https://elsewhere.invalid";

/** What a browser asks the store before it lets a page of ours talk to it, and what it looks for in the answer. */
export function browser(patient: Patient): Check[] {
  return [
    { check: "cors-put", title: "Browsers may send files from our pages", look: () => put(patient) },
    {
      check: "cors-answer",
      title: "Our pages may read the store's answer to a file",
      look: () => answered(patient),
    },
    { check: "cors-foreign", title: "Pages of other sites may not", look: () => foreign(patient) },
  ];
}

function preflight(url: string, origin: string, method: string, headers: string[]): Promise<Answer> {
  const asked: Record<string, string> =
    headers.length > 0 ? { "access-control-request-headers": headers.sort().join(",") } : {};
  return ask({
    method: "OPTIONS",
    url,
    headers: { origin, "access-control-request-method": method, ...asked },
  });
}

const words = (list: string | undefined) =>
  (list ?? "")
    .toLowerCase()
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);

/** Why a browser would not send the request, by the rules of https://fetch.spec.whatwg.org/#cors-preflight-fetch; undefined where it would. */
async function hindrance(
  url: string,
  origin: string,
  method: string,
  headers: string[],
): Promise<string | undefined> {
  const answer = await preflight(url, origin, method, headers);
  const allowed = answer.headers["access-control-allow-origin"];
  if (!accepted(answer) || (allowed !== origin && allowed !== "*")) {
    const missing = await refusedAlone(url, origin, method, headers);
    if (missing.length > 0) return `The store does not allow the headers ${missing.join(", ")}.`;
    return accepted(answer)
      ? `The store does not name ${origin} as a site that may talk to it.`
      : `The store answers ${refusal(answer)} when a browser asks for leave from ${origin}.`;
  }
  if (!words(answer.headers["access-control-allow-methods"]).includes(method.toLowerCase()))
    return `The store does not allow ${method} from ${origin}.`;
  const granted = words(answer.headers["access-control-allow-headers"]);
  const missing = headers.filter((name) => !granted.includes(name.toLowerCase()) && !granted.includes("*"));
  return missing.length > 0 ? `The store does not allow the headers ${missing.join(", ")}.` : undefined;
}

/** Some stores refuse the whole where a single header is the trouble: which it is, where without any they would not. */
async function refusedAlone(
  url: string,
  origin: string,
  method: string,
  headers: string[],
): Promise<string[]> {
  if (headers.length === 0 || (await hindrance(url, origin, method, []))) return [];
  const alone = await Promise.all(
    headers.map(async (name) => ({ name, answer: await preflight(url, origin, method, [name]) })),
  );
  return alone.filter(({ answer }) => !accepted(answer)).map(({ name }) => name);
}

async function put({ case: { appUrl }, storages, newKey }: Patient): Promise<Verdict> {
  const { url, headers } = await storages.private.signPut(newKey(), PROBE.ticket);
  const { origin } = new URL(appUrl);
  const names = Object.keys(headers);
  const hindered = await hindrance(url, origin, "PUT", names);
  return hindered
    ? failed(`${hindered} No upload would begin.`, RULE)
    : passed(`${origin} may, with every header of a ticket.`);
}

async function answered({ case: { appUrl }, storages, newKey }: Patient): Promise<Verdict> {
  const key = newKey();
  const { url, headers } = await storages.private.signPut(key, PROBE.ticket);
  const { origin } = new URL(appUrl);
  const length = { "content-length": String(PROBE.bytes.length) };
  try {
    const answer = await ask({
      method: "PUT",
      url,
      headers: { ...headers, ...length, origin },
      body: PROBE.bytes,
    });
    if (!accepted(answer)) return untested(`The file itself was refused: ${refusal(answer)}.`);
    const allowed = answer.headers["access-control-allow-origin"];
    if (allowed !== origin && allowed !== "*")
      return failed(
        "The file arrives, and the browser calls it a failure, for the answer does not name our site.",
        RULE,
      );
    const exposed = words(answer.headers["access-control-expose-headers"]);
    return exposed.length > 0
      ? warning(`Pages may also read ${exposed.join(", ")}, which none of ours needs.`, RULE)
      : passed("They may, and no header that they do not need is exposed.");
  } finally {
    await storages.private.remove(key);
  }
}

async function foreign({ storages, newKey }: Patient): Promise<Verdict> {
  const { url, headers } = await storages.private.signPut(newKey(), PROBE.ticket);
  const names = Object.keys(headers);
  return (await hindrance(url, ELSEWHERE, "PUT", names))
    ? passed("A page of another site is refused.")
    : warning("Pages of any site may talk to the private bucket, given a signed address.", RULE);
}
