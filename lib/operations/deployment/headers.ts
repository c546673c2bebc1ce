import type { Finding } from "../finding";
import type { HttpResponse } from "../http-prober";
import { createFinding, type RuleId } from "./rules";

type HeaderRule = { rule: RuleId; name: string; isGood: (value: string) => boolean; why: string };

const COMMON_HEADER_RULES: HeaderRule[] = [
  {
    rule: "header-nosniff",
    name: "x-content-type-options",
    isGood: (value) => value === "nosniff",
    why: "a browser may run a file as a script",
  },
  {
    rule: "header-referrer-policy",
    name: "referrer-policy",
    isGood: (value) => /^(no-referrer|same-origin|strict-origin(-when-cross-origin)?)$/.test(value),
    why: "other sites learn which pages people visited",
  },
  {
    rule: "header-opener-policy",
    name: "cross-origin-opener-policy",
    isGood: (value) => value.startsWith("same-origin"),
    why: "a site that opens a window can control it",
  },
  {
    rule: "header-permissions-policy",
    name: "permissions-policy",
    isGood: (value) => /camera=\(\)/.test(value),
    why: "a script may use camera and microphone",
  },
  {
    rule: "header-csp",
    name: "content-security-policy",
    isGood: (value) => /frame-ancestors 'none'/.test(value) && !/script-src[^;]*'unsafe-inline'/.test(value),
    why: "other sites may frame the page, or foreign scripts may run in it",
  },
];

const HSTS_RULE: HeaderRule = {
  rule: "header-hsts",
  name: "strict-transport-security",
  isGood: (value) => Number(/max-age=(\d+)/.exec(value)?.[1] ?? 0) >= 31_536_000,
  why: "the next visit may be unencrypted",
};

const PASS_ON_FIX =
  "Configure the proxy before the application to keep its headers and to add none of the same name.";

/** A response, and the URL path of its request. */
export type SampledResponse = { label: string; response: HttpResponse };

/**
 * Checks the headers that every response must have. Each finding lists all responses that lack one.
 */
export function checkHeaders(samples: readonly SampledResponse[], { https }: { https: boolean }): Finding[] {
  const findings: Finding[] = [];
  const add = (rule: RuleId, bad: readonly SampledResponse[], what: string, fix: string) => {
    if (bad.length > 0)
      findings.push(createFinding(rule, `${what}: ${bad.map(({ label }) => label).join(", ")}.`, fix));
  };
  const headerOf = ({ response }: SampledResponse, name: string) => response.headers.get(name) ?? "";
  for (const { rule, name, isGood, why } of [...COMMON_HEADER_RULES, ...(https ? [HSTS_RULE] : [])]) {
    const bad = samples.filter((sample) => !isGood(headerOf(sample, name)));
    add(rule, bad, `${name} is missing or too weak, and ${why}`, PASS_ON_FIX);
  }
  const cacheable = samples.filter(
    (sample) =>
      !sample.label.startsWith("/_next/static/") && !/no-store/.test(headerOf(sample, "cache-control")),
  );
  add(
    "header-no-store",
    cacheable,
    "Caches may store the response and send it to another visitor",
    "Configure the proxy before the application to keep Cache-Control and to cache no pages.",
  );
  const branded = samples.filter((sample) => headerOf(sample, "x-powered-by") !== "");
  add(
    "header-powered-by",
    branded,
    "x-powered-by tells attackers which software runs",
    "Remove the header in the software that adds it.",
  );
  const careless = samples.filter(({ response }) =>
    response.headers.getSetCookie().some((cookie) => !isSafeCookie(cookie, https)),
  );
  add(
    "cookies",
    careless,
    "The response sets a cookie that scripts or other sites can use, or that is sent unencrypted",
    "Set no cookie before the application, or set HttpOnly, SameSite and Secure with it.",
  );
  return findings;
}

function isSafeCookie(cookie: string, https: boolean): boolean {
  return ["HttpOnly", "SameSite", ...(https ? ["Secure"] : [])].every((attribute) =>
    new RegExp(`;\\s*${attribute}`, "i").test(cookie),
  );
}

/** Checks that a page allows scripts by a nonce, and that two responses have different ones. */
export function checkNonce(page: HttpResponse, secondPage: HttpResponse): Finding[] {
  const [first, second] = [page, secondPage].map(
    ({ headers }) => /'nonce-([^']+)'/.exec(headers.get("content-security-policy") ?? "")?.[1],
  );
  if (first && second && first !== second && page.body.includes(first)) return [];
  const what = !first
    ? "has none"
    : first === second
      ? "has the same one twice"
      : "does not use the one in its policy";
  return [
    createFinding(
      "nonce",
      `Every response of a page needs a new nonce, and / ${what}.`,
      "Cache no pages before the application, and do not change their policy or their text.",
    ),
  ];
}
