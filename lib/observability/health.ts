import type { Clock } from "../clock";
import type { AppContext } from "../app-context";
import { Problem } from "../errors";
import { safeErrorReason } from "./safe-error-reason";

export type Health = {
  /** `closing`: everything may be well, and yet this process is about to end: send nobody here any more. */
  status: "ok" | "failing" | "closing";
  checks: { database: CheckStatus; storage: CheckStatus };
};
type CheckStatus = "ok" | "failing";

/** Resolves where what we lean on answers. */
type DependencyChecks = Record<"database" | "storage", () => Promise<unknown>>;

/** How long an answer counts, and how long one is waited for, in ms. */
type HealthTiming = { cacheMs?: number; timeoutMs?: number };

/**
 * Whether what the application leans on answers. Says that something fails, never why: anybody may ask, and as often as they like, for all who ask within
 * a second share one look. An answer comes within two seconds, and at once while an earlier look is still waiting for something that hangs.
 */
export function createHealthCheck(
  { clock, log, ...leanedOn }: Pick<AppContext, "clock" | "log"> & DependencyChecks,
  { cacheMs: fresh = 1_000, timeoutMs: within = 2_000 }: HealthTiming = {},
): () => Promise<Health> {
  const looking = (check: keyof DependencyChecks) =>
    shareResult(
      checkWithTimeout(within, leanedOn[check], (reason) => log.warn("A health check fails.", { check, reason })),
      { clock, fresh },
    );
  const database = looking("database");
  const storage = looking("storage");
  return async () => {
    const [one, other] = await Promise.all([database(), storage()]);
    const checks = { database: one, storage: other };
    return { status: one === "ok" && other === "ok" ? "ok" : "failing", checks };
  };
}

/** One look for all who ask while it lasts, and for `fresh` ms after it. */
function shareResult<T>(
  look: () => Promise<T>,
  { clock, fresh }: { clock: Clock; fresh: number },
): () => Promise<T> {
  let last: { look: Promise<T>; at?: number } | undefined;
  return () => {
    if (last && (last.at === undefined || clock.now().getTime() - last.at < fresh)) return last.look;
    const mine: typeof last = { look: look() };
    last = mine;
    void mine.look.then(() => {
      mine.at = clock.now().getTime();
    });
    return mine.look;
  };
}

/** Never begins an attempt beside one that hangs: whatever is away is not to be met by a crowd of ours when it returns. */
function checkWithTimeout(
  within: number,
  work: () => Promise<unknown>,
  failed: (reason: string) => void,
): () => Promise<"ok" | "failing"> {
  let hanging = false;
  return async () => {
    if (hanging) return "failing";
    hanging = true;
    const attempt = work().finally(() => {
      hanging = false;
    });
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Problem("unavailable", "No answer in time.")), within);
    try {
      await Promise.race([attempt, late.promise]);
      return "ok";
    } catch (cause) {
      failed(safeErrorReason(cause));
      return "failing";
    } finally {
      clearTimeout(timer);
      // What it says after its time is heard by nobody.
      attempt.catch(() => undefined);
    }
  };
}
