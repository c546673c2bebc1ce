import { innermost, statusOf } from "../s3/errors";

/** `untested`: something before it stands in the way, the store does not let us look, or the time was over. Only `failed` makes a storage unhealthy. */
export type Outcome = "passed" | "warning" | "failed" | "untested";

/** What one look found, in words for whoever runs the installation. */
export type Finding = {
  /** Stable name, for scripts. */
  check: string;
  /** What should be so. */
  title: string;
  outcome: Outcome;
  /** What is so. */
  found: string;
  /** What to do about it; there whenever the outcome is `failed` or `warning`. */
  mend?: string;
};

/** Something that stores differ in and that the application gets along without. `held` is null where it could not be told. */
export type Capability = { name: string; title: string; held: boolean | null; means: string };

export type Report = {
  /** ISO 8601. */
  at: string;
  driver: "local" | "s3";
  /** Where the storages are: buckets and the address of the store, or folders. */
  place: Record<string, string>;
  healthy: boolean;
  findings: Finding[];
  capabilities: Capability[];
};

/** What to do where our key lacks a right. */
export const RIGHTS =
  "Give our key the policy that `npm run storage -- provision --dry-run` prints for the application.";

/** A finding without its name and title, which the check adds. */
export type Verdict = Pick<Finding, "outcome" | "found" | "mend">;

export const passed = (found: string): Verdict => ({ outcome: "passed", found });
export const failed = (found: string, mend: string): Verdict => ({ outcome: "failed", found, mend });
export const warning = (found: string, mend: string): Verdict => ({ outcome: "warning", found, mend });
export const untested = (found: string): Verdict => ({ outcome: "untested", found });

export type Check = { check: string; title: string; look: () => Promise<Verdict> };

/** Runs checks at once, each bounded by `patience` milliseconds; one that throws has failed, in the words of what it threw. */
export function runChecks(checks: readonly Check[], patience: number): Promise<Finding[]> {
  return Promise.all(
    checks.map(async ({ check, title, look }) => ({ check, title, ...(await within(look, patience)) })),
  );
}

async function within(look: () => Promise<Verdict>, patience: number): Promise<Verdict> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Verdict>((resolve) => {
    const found = `There was no answer within ${patience / 1000} seconds.`;
    timer = setTimeout(
      () => resolve(failed(found, "Try again; see whether the store is overloaded.")),
      patience,
    );
  });
  try {
    return await Promise.race([look(), late]);
  } catch (error) {
    const status = statusOf(innermost(error));
    if (status === 403) return failed(`Our key may not. ${said(error)}`, RIGHTS);
    if (status === 501)
      return failed(`This store cannot. ${said(error)}`, "Take another store: the application needs this.");
    return failed(
      said(error),
      "Try again; where it stays, this is what the store, or the way to it, gets wrong.",
    );
  } finally {
    clearTimeout(timer);
  }
}

/** What went wrong in one line, in the words of the innermost cause. */
export function said(error: unknown): string {
  const inner = innermost(error);
  if (!(inner instanceof Error)) return String(inner);
  // The SDK has no message for an answer without a body.
  if (inner.message === "" || inner.message === "UnknownError") return `The store said ${inner.name}.`;
  return inner.name === "Error" ? `It said: ${inner.message}` : `It said ${inner.name}: ${inner.message}`;
}
