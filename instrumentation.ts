import type { Instrumentation } from "next";

/** Next calls this once before the first request: in our server, `next start` and a function. */
export async function register(): Promise<void> {
  // This form of the condition keeps the import out of an edge bundle.
  if (process.env.NEXT_RUNTIME === "nodejs")
    await (await import("@/app/_server/observability")).startObservability();
}

/** Logs the error of a page. Handlers catch their own errors. */
export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  if (process.env.NEXT_RUNTIME === "nodejs")
    (await import("@/app/_server/observability")).logPageError(error, request.headers, context);
};
