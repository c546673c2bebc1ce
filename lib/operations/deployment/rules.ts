import type { Finding } from "../finding";

/** A `failed` rule blocks a deployment; after a `warning` the operator decides. */
type RuleOutcome = "failed" | "warning";

/** Rules that need only the settings. */
export const SETTINGS_RULES = {
  settings: "failed",
  "node-version": "failed",
  development: "failed",
  "auth-secret": "failed",
  "mail-server": "warning",
  "sign-up": "warning",
  "cron-secret-missing": "warning",
  "cron-secret-weak": "failed",
  "app-url-loopback": "failed",
  "app-url-https": "failed",
  "media-url": "failed",
  "asset-prefix": "failed",
  "s3-endpoint-https": "failed",
  "storage-local": "warning",
  "trusted-proxies": "warning",
  "open-behind-proxy": "warning",
  "log-level": "warning",
} as const satisfies Record<string, RuleOutcome>;

export const DATABASE_RULES = {
  database: "failed",
  "database-version": "failed",
  "database-tls": "failed",
  "database-tls-unverified": "warning",
  migrations: "failed",
  "demo-people": "failed",
  "retention-rule": "warning",
} as const satisfies Record<string, RuleOutcome>;

/** Rules about files that a restored backup has brought back. They need database and storage. */
const RESTORE_RULES = {
  "restored-files": "warning",
  "restored-files-left": "failed",
  tombstones: "warning",
} as const satisfies Record<string, RuleOutcome>;

/** Rules about responses to anonymous callers. */
export const SITE_RULES = {
  unreachable: "failed",
  health: "failed",
  cron: "failed",
  "https-redirect": "failed",
  "header-nosniff": "failed",
  "header-referrer-policy": "failed",
  "header-opener-policy": "failed",
  "header-permissions-policy": "failed",
  "header-hsts": "failed",
  "header-csp": "failed",
  "header-no-store": "failed",
  "header-powered-by": "warning",
  nonce: "failed",
  cookies: "failed",
  "static-cache": "failed",
  "static-packed": "warning",
  "static-files": "failed",
} as const satisfies Record<string, RuleOutcome>;

/** Every rule by its stable name, for scripts. */
export const RULES = { ...SETTINGS_RULES, ...DATABASE_RULES, ...RESTORE_RULES, ...SITE_RULES };

export type RuleId = keyof typeof RULES;

export function createFinding(check: RuleId, found: string, fix: string): Finding {
  return { check, outcome: RULES[check], found, fix };
}

/** Reports that a rule could not be tested, and why. */
export function createUntested(check: RuleId, found: string): Finding {
  return { check, outcome: "untested", found };
}
