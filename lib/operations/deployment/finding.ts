/** An error stands in the way of a deployment; a warning is for somebody to know and decide. */
export type Severity = "error" | "warning";

/** What can be told of the settings alone. */
export const SETTINGS_RULES = {
  settings: "error",
  "node-version": "error",
  development: "error",
  "auth-secret": "error",
  "cron-secret-missing": "warning",
  "cron-secret-weak": "error",
  "app-url-loopback": "error",
  "app-url-https": "error",
  "media-url": "error",
  "asset-prefix": "error",
  "s3-endpoint-https": "error",
  "storage-local": "warning",
  "trusted-proxies": "warning",
  "open-behind-proxy": "warning",
  "log-level": "warning",
} as const satisfies Record<string, Severity>;

export const DATABASE_RULES = {
  database: "error",
  "database-version": "error",
  "database-tls": "error",
  "database-tls-unverified": "warning",
  migrations: "error",
  "demo-people": "error",
} as const satisfies Record<string, Severity>;

/** What strangers are answered. */
export const SITE_RULES = {
  unreachable: "error",
  health: "error",
  cron: "error",
  "https-redirect": "error",
  "header-nosniff": "error",
  "header-referrer-policy": "error",
  "header-opener-policy": "error",
  "header-permissions-policy": "error",
  "header-hsts": "error",
  "header-csp": "error",
  "header-no-store": "error",
  "header-powered-by": "warning",
  nonce: "error",
  cookies: "error",
  "static-cache": "error",
  "static-packed": "warning",
  "static-files": "error",
} as const satisfies Record<string, Severity>;

/** Every rule by its stable name, for scripts. */
export const RULES = { ...SETTINGS_RULES, ...DATABASE_RULES, ...SITE_RULES };

export type RuleId = keyof typeof RULES;

export type Finding = {
  /** A `Rule`, or `storage.<check>` for what the doctor of the storages found. */
  id: string;
  severity: Severity;
  /** What is wrong, one sentence. Names no secret. */
  found: string;
  /** What to do about it, one sentence. */
  mend: string;
};

export function createFinding(id: RuleId, found: string, mend: string): Finding {
  return { id, severity: RULES[id], found, mend };
}
