import type { AppContext } from "../app-context";
import type { Clock } from "../clock";
import { Problem } from "../errors";
import { safeErrorReason } from "./safe-error-reason";

export type Health = {
  /** `closing`: this process will end soon, so a load balancer should send no more requests. */
  status: "ok" | "failing" | "closing";
  checks: { database: CheckStatus; storage: CheckStatus };
};
type CheckStatus = "ok" | "failing";

/** Each resolves if the dependency responds. */
type DependencyChecks = Record<"database" | "storage", () => Promise<unknown>>;

/** How long a result is cached, and the timeout of a check, in ms. */
type HealthTiming = { cacheMs?: number; timeoutMs?: number };

/**
 * Creates the health check of the database and the storage. The result never says why a check
 * fails, because every caller may read it: the log says why. All callers within a second share one
 * check. It returns within two seconds, and at once while an earlier check hangs.
 */
export function createHealthCheck(
  { clock, log, ...checks }: Pick<AppContext, "clock" | "log"> & DependencyChecks,
  { cacheMs = 1_000, timeoutMs = 2_000 }: HealthTiming = {},
): () => Promise<Health> {
  const sharedCheck = (check: keyof DependencyChecks) => {
    const onFailure = (reason: string) => log.warn("A health check fails.", { check, reason });
    return shareResult(checkWithTimeout(timeoutMs, checks[check], onFailure), { clock, cacheMs });
  };
  const checkDatabase = sharedCheck("database");
  const checkStorage = sharedCheck("storage");
  return async () => {
    const [database, storage] = await Promise.all([checkDatabase(), checkStorage()]);
    const status = database === "ok" && storage === "ok" ? "ok" : "failing";
    return { status, checks: { database, storage } };
  };
}

/** Shares one result among all callers while it is pending and for `cacheMs` after it. */
function shareResult<T>(
  check: () => Promise<T>,
  { clock, cacheMs }: { clock: Clock; cacheMs: number },
): () => Promise<T> {
  let last: { result: Promise<T>; endedAt?: number } | undefined;
  return () => {
    const isFresh = (endedAt: number) => clock.now().getTime() - endedAt < cacheMs;
    if (last && (last.endedAt === undefined || isFresh(last.endedAt))) return last.result;
    const current: typeof last = { result: check() };
    last = current;
    void current.result.then(() => {
      current.endedAt = clock.now().getTime();
    });
    return current.result;
  };
}

/**
 * Starts no attempt while an earlier one hangs. Otherwise a dependency that recovers would get all
 * of them at once.
 */
function checkWithTimeout(
  timeoutMs: number,
  check: () => Promise<unknown>,
  onFailure: (reason: string) => void,
): () => Promise<"ok" | "failing"> {
  let isHanging = false;
  return async () => {
    if (isHanging) return "failing";
    isHanging = true;
    const attempt = check().finally(() => {
      isHanging = false;
    });
    const timeout = Promise.withResolvers<never>();
    const problem = new Problem("unavailable", "The check timed out.");
    const timer = setTimeout(() => timeout.reject(problem), timeoutMs);
    try {
      await Promise.race([attempt, timeout.promise]);
      return "ok";
    } catch (error) {
      onFailure(safeErrorReason(error));
      return "failing";
    } finally {
      clearTimeout(timer);
      // A rejection after the timeout must not end the process.
      attempt.catch(() => undefined);
    }
  };
}
