import { rootCauseOf, httpStatusOf } from "../../storage/s3/errors";

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
  fix?: string;
};

/** Something that stores differ in and that the application gets along without. `held` is null where it could not be told. */
export type Capability = { name: string; title: string; supported: boolean | null; means: string };

export type DoctorReport = {
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
export const PERMISSIONS_FIX =
  "Give our key the policy that `npm run storage -- provision --dry-run` prints for the application.";

/** A finding without its name and title, which the check adds. */
export type CheckResult = Pick<Finding, "outcome" | "found" | "fix">;

export const passedResult = (found: string): CheckResult => ({ outcome: "passed", found });
export const failedResult = (found: string, mend: string): CheckResult => ({ outcome: "failed", found, fix: mend });
export const warningResult = (found: string, mend: string): CheckResult => ({ outcome: "warning", found, fix: mend });
export const untestedResult = (found: string): CheckResult => ({ outcome: "untested", found });

export type Check = { check: string; title: string; run: () => Promise<CheckResult> };

/** Runs checks at once, each bounded by `patience` milliseconds; one that throws has failed, in the words of what it threw. */
export function runChecks(checks: readonly Check[], patience: number): Promise<Finding[]> {
  return Promise.all(
    checks.map(async ({ check, title, run: look }) => ({ check, title, ...(await runWithTimeout(look, patience)) })),
  );
}

async function runWithTimeout(look: () => Promise<CheckResult>, patience: number): Promise<CheckResult> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<CheckResult>((resolve) => {
    const found = `There was no answer within ${patience / 1000} seconds.`;
    timer = setTimeout(
      () => resolve(failedResult(found, "Try again; see whether the store is overloaded.")),
      patience,
    );
  });
  try {
    return await Promise.race([look(), late]);
  } catch (error) {
    const status = httpStatusOf(rootCauseOf(error));
    if (status === 403) return failedResult(`Our key may not. ${describeError(error)}`, PERMISSIONS_FIX);
    if (status === 501)
      return failedResult(`This store cannot. ${describeError(error)}`, "Take another store: the application needs this.");
    return failedResult(
      describeError(error),
      "Try again; where it stays, this is what the store, or the way to it, gets wrong.",
    );
  } finally {
    clearTimeout(timer);
  }
}

/** What went wrong in one line, in the words of the innermost cause. */
export function describeError(error: unknown): string {
  const inner = rootCauseOf(error);
  if (!(inner instanceof Error)) return String(inner);
  // The SDK has no message for an answer without a body.
  if (inner.message === "" || inner.message === "UnknownError") return `The store said ${inner.name}.`;
  return inner.name === "Error" ? `It said: ${inner.message}` : `It said ${inner.name}: ${inner.message}`;
}
