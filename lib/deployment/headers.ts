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

/** Headers that every answer has to have, where it comes from `where`. */
export function checkHeaders(where: string, { headers }: Answer, { https }: { https: boolean }): Finding[] {
  const found = [...EVERYWHERE, ...(https ? [HSTS] : [])].flatMap(({ rule, name, good, why }) => {
    const value = headers.get(name);
    if (value !== null && good(value)) return [];
    return [
      finding(rule, `${where}: ${name} is ${value === null ? "missing" : "too weak"}: ${why}.`, PASS_ON),
    ];
  });
  if (!where.startsWith("/_next/static/") && !/no-store/.test(headers.get("cache-control") ?? ""))
    found.push(
      finding(
        "header-no-store",
        `${where}: caches may keep it, and show it to somebody else.`,
        "Let nothing before the application change Cache-Control, and cache no pages.",
      ),
    );
  if (headers.has("x-powered-by"))
    found.push(
      finding(
        "header-powered-by",
        `${where}: x-powered-by says what to attack.`,
        "Take it away where it is added.",
      ),
    );
  for (const cookie of headers.getSetCookie()) {
    const [name = ""] = cookie.split("=");
    const lacking = ["HttpOnly", "SameSite", ...(https ? ["Secure"] : [])].filter(
      (word) => !new RegExp(`;\\s*${word}`, "i").test(cookie),
    );
    if (lacking.length > 0)
      found.push(
        finding(
          "cookies",
          `${where}: sets the cookie ${name} without ${lacking.join(", ")}.`,
          "Set no cookies before the application, or set them so that scripts and other sites cannot use them.",
        ),
      );
  }
  return found;
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
