import { httpStatusOf, rootCauseOf } from "../../storage/s3/errors";
import { describeError } from "../describe-error";
import type { Finding } from "../finding";
import { describeStatus, type HttpResponse, isClientError, isSuccess } from "../http-prober";

/** The fix if the application's credentials lack a permission. */
export const PERMISSIONS_FIX =
  "Give the application's credentials the policy that `npm run storage -- provision --dry-run` prints.";

/** A finding without the name and the title of its check. */
export type CheckResult = Pick<Finding, "outcome" | "found" | "fix">;

export const passedResult = (found: string): CheckResult => ({ outcome: "passed", found });
export const failedResult = (found: string, fix: string): CheckResult => ({ outcome: "failed", found, fix });
export const warningResult = (found: string, fix: string): CheckResult => ({
  outcome: "warning",
  found,
  fix,
});
export const untestedResult = (found: string): CheckResult => ({ outcome: "untested", found });

const SIGNATURE_FIX =
  "This store does not enforce signatures. Do not use it for members' documents. Check the proxy before it, or use another store.";

/** Evaluates the response to a request that deviates from what was signed. */
export function expectRefusal(response: HttpResponse, acceptedMessage: string): CheckResult {
  if (isSuccess(response)) return failedResult(acceptedMessage, SIGNATURE_FIX);
  return isClientError(response)
    ? passedResult(`The store responds ${describeStatus(response)}.`)
    : untestedResult(`The store responds ${describeStatus(response)}, which neither accepts nor rejects.`);
}

export type Check = { check: string; title: string; run: () => Promise<CheckResult> };

/** Runs checks concurrently, each within `timeoutMs`. A check that throws has failed. */
export function runChecks(checks: readonly Check[], timeoutMs: number): Promise<Finding[]> {
  return Promise.all(
    checks.map(async ({ check, title, run }) => ({
      check,
      title,
      ...(await runWithTimeout(run, timeoutMs)),
    })),
  );
}

async function runWithTimeout(run: () => Promise<CheckResult>, timeoutMs: number): Promise<CheckResult> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<CheckResult>((resolve) => {
    const found = `The check did not finish within ${timeoutMs / 1000} seconds.`;
    const fix = "Try again. If it repeats, check whether the store is overloaded.";
    timer = setTimeout(() => resolve(failedResult(found, fix)), timeoutMs);
  });
  try {
    return await Promise.race([run(), timeout]);
  } catch (error) {
    const status = httpStatusOf(rootCauseOf(error));
    if (status === 403)
      return failedResult(`The credentials lack a permission. ${describeError(error)}`, PERMISSIONS_FIX);
    if (status === 501)
      return failedResult(
        `This store does not support the operation. ${describeError(error)}`,
        "Use another store: the application needs this operation.",
      );
    return failedResult(
      describeError(error),
      "Try again. If it repeats, the store or the network to it has a defect.",
    );
  } finally {
    clearTimeout(timer);
  }
}
