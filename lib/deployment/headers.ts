import type { Answer } from "./asked";
import { type Finding, finding, type Rule } from "./finding";

type Wanted = { rule: Rule; name: string; good: (value: string) => boolean; why: string };

const EVERYWHERE: Wanted[] = [
  {
    rule: "header-nosniff",
    name: "x-content-type-options",
    good: (value) => value === "nosniff",
    why: "a browser may take a file for a script",
  },
  {
    rule: "header-referrer-policy",
    name: "referrer-policy",
    good: (value) => /^(no-referrer|same-origin|strict-origin(-when-cross-origin)?)$/.test(value),
    why: "other sites learn where people were",
  },
  {
    rule: "header-opener-policy",
    name: "cross-origin-opener-policy",
    good: (value) => value.startsWith("same-origin"),
    why: "a window that another site opened stays in its reach",
  },
  {
    rule: "header-permissions-policy",
    name: "permissions-policy",
    good: (value) => /camera=\(\)/.test(value),
    why: "a script may ask for camera and microphone",
  },
  {
    rule: "header-csp",
    name: "content-security-policy",
    good: (value) => /frame-ancestors 'none'/.test(value) && !/script-src[^;]*'unsafe-inline'/.test(value),
    why: "other sites may frame it, or scripts of others may run in it",
  },
];

const HSTS: Wanted = {
  rule: "header-hsts",
  name: "strict-transport-security",
  good: (value) => Number(/max-age=(\d+)/.exec(value)?.[1] ?? 0) >= 31_536_000,
  why: "the next visit may be read on the way",
};

const PASS_ON =
  "Let whatever stands before the application pass its headers on, and add none of the same name.";

/** An answer, and what was asked, in words. */
export type Asked = { where: string; answer: Answer };

/** Headers that every answer has to have; a finding for each that is missing or too weak somewhere, with all places. */
export function checkHeaders(asked: readonly Asked[], { https }: { https: boolean }): Finding[] {
  const found: Finding[] = [];
  const add = (rule: Rule, bad: readonly Asked[], what: string, mend: string) => {
    if (bad.length > 0)
      found.push(finding(rule, `${what}: ${bad.map(({ where }) => where).join(", ")}.`, mend));
  };
  const value = ({ answer }: Asked, name: string) => answer.headers.get(name) ?? "";
  for (const { rule, name, good, why } of [...EVERYWHERE, ...(https ? [HSTS] : [])]) {
    const bad = asked.filter((one) => !good(value(one, name)));
    add(rule, bad, `${name} is missing or too weak, and ${why}`, PASS_ON);
  }
  const kept = asked.filter(
    (one) => !one.where.startsWith("/_next/static/") && !/no-store/.test(value(one, "cache-control")),
  );
  add(
    "header-no-store",
    kept,
    "Caches may keep it, and show it to somebody else",
    "Let nothing before the application change Cache-Control, and cache no pages.",
  );
  const powered = asked.filter((one) => value(one, "x-powered-by") !== "");
  add("header-powered-by", powered, "x-powered-by says what to attack", "Take it away where it is added.");
  const careless = asked.filter(({ answer }) =>
    answer.headers.getSetCookie().some((cookie) => !isSafe(cookie, https)),
  );
  add(
    "cookies",
    careless,
    "A cookie is set that scripts or other sites can use, or that travels in the clear",
    "Set none before the application, or set HttpOnly, SameSite and Secure with it.",
  );
  return found;
}

function isSafe(cookie: string, https: boolean): boolean {
  return ["HttpOnly", "SameSite", ...(https ? ["Secure"] : [])].every((word) =>
    new RegExp(`;\\s*${word}`, "i").test(cookie),
  );
}

/** A page's policy lets scripts run by a nonce, and no two answers have the same: else a cache gives one visitor's to another. */
export function checkPolicy(page: Answer, again: Answer): Finding[] {
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
    finding(
      "nonce",
      `A page needs a nonce of its own each time, and / ${what}.`,
      "Cache no pages before the application, and change neither their policy nor their text.",
    ),
  ];
}
