import type { Instrumentation } from "next";

/** Next calls this once before the first request, in every kind of server: the front, `next start`, a function. */
export async function register(): Promise<void> {
  // Written so that a bundle for the edge, which has no process of ours, leaves the rest out.
  if (process.env.NEXT_RUNTIME === "nodejs") await (await import("@/app/_server/observability")).startObservability();
}

/** An error while a page was made. Handlers' own errors never come this far. */
export const onRequestError: Instrumentation.onRequestError = async (thrown, request, context) => {
  if (process.env.NEXT_RUNTIME === "nodejs")
    (await import("@/app/_server/observability")).logPageError(thrown, request.headers, context);
};
