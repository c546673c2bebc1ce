import type { HttpResponse } from "./http-client";
import { type Finding, createFinding, type RuleId } from "./finding";

type HeaderRule = { rule: RuleId; name: string; isGood: (value: string) => boolean; why: string };

const COMMON_HEADER_RULES: HeaderRule[] = [
  {
    rule: "header-nosniff",
    name: "x-content-type-options",
    isGood: (value) => value === "nosniff",
    why: "a browser may take a file for a script",
  },
  {
    rule: "header-referrer-policy",
    name: "referrer-policy",
    isGood: (value) => /^(no-referrer|same-origin|strict-origin(-when-cross-origin)?)$/.test(value),
    why: "other sites learn where people were",
  },
  {
    rule: "header-opener-policy",
    name: "cross-origin-opener-policy",
    isGood: (value) => value.startsWith("same-origin"),
    why: "a window that another site opened stays in its reach",
  },
  {
    rule: "header-permissions-policy",
    name: "permissions-policy",
    isGood: (value) => /camera=\(\)/.test(value),
    why: "a script may ask for camera and microphone",
  },
  {
    rule: "header-csp",
    name: "content-security-policy",
    isGood: (value) => /frame-ancestors 'none'/.test(value) && !/script-src[^;]*'unsafe-inline'/.test(value),
    why: "other sites may frame it, or scripts of others may run in it",
  },
];

const HSTS_RULE: HeaderRule = {
  rule: "header-hsts",
  name: "strict-transport-security",
  isGood: (value) => Number(/max-age=(\d+)/.exec(value)?.[1] ?? 0) >= 31_536_000,
  why: "the next visit may be read on the way",
};

const PASS_ON_FIX =
  "Let whatever stands before the application pass its headers on, and add none of the same name.";

/** An answer, and what was asked, in words. */
export type SampledResponse = { label: string; response: HttpResponse };

/** Headers that every answer has to have; a finding for each that is missing or too weak somewhere, with all places. */
export function checkHeaders(asked: readonly SampledResponse[], { https }: { https: boolean }): Finding[] {
  const found: Finding[] = [];
  const add = (rule: RuleId, bad: readonly SampledResponse[], what: string, mend: string) => {
    if (bad.length > 0)
      found.push(createFinding(rule, `${what}: ${bad.map(({ label: where }) => where).join(", ")}.`, mend));
  };
  const value = ({ response: answer }: SampledResponse, name: string) => answer.headers.get(name) ?? "";
  for (const { rule, name, isGood: good, why } of [...COMMON_HEADER_RULES, ...(https ? [HSTS_RULE] : [])]) {
    const bad = asked.filter((one) => !good(value(one, name)));
    add(rule, bad, `${name} is missing or too weak, and ${why}`, PASS_ON_FIX);
  }
  const kept = asked.filter(
    (one) => !one.label.startsWith("/_next/static/") && !/no-store/.test(value(one, "cache-control")),
  );
  add(
    "header-no-store",
    kept,
    "Caches may keep it, and show it to somebody else",
    "Let nothing before the application change Cache-Control, and cache no pages.",
  );
  const powered = asked.filter((one) => value(one, "x-powered-by") !== "");
  add("header-powered-by", powered, "x-powered-by says what to attack", "Take it away where it is added.");
  const careless = asked.filter(({ response: answer }) =>
    answer.headers.getSetCookie().some((cookie) => !isSafeCookie(cookie, https)),
  );
  add(
    "cookies",
    careless,
    "A cookie is set that scripts or other sites can use, or that travels in the clear",
    "Set none before the application, or set HttpOnly, SameSite and Secure with it.",
  );
  return found;
}

function isSafeCookie(cookie: string, https: boolean): boolean {
  return ["HttpOnly", "SameSite", ...(https ? ["Secure"] : [])].every((word) =>
    new RegExp(`;\\s*${word}`, "i").test(cookie),
  );
}

/** A page's policy lets scripts run by a nonce, and no two answers have the same: else a cache gives one visitor's to another. */
export function checkNonce(page: HttpResponse, again: HttpResponse): Finding[] {
  const [one, other] = [page, again].map(
    ({ headers }) => /'nonce-([^']+)'/.exec(headers.get("content-security-policy") ?? "")?.[1],
  );
  if (one && other && one !== other && page.body.includes(one)) return [];
  const what = !one
    ? "has none"
    : one === other
      ? "has the same one twice"
      : "does not use the one that its policy names";
  return [
    createFinding(
      "nonce",
      `A page needs a nonce of its own each time, and / ${what}.`,
      "Cache no pages before the application, and change neither their policy nor their text.",
    ),
  ];
}
