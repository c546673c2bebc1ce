import "server-only";
import { headers } from "next/headers";
import { countingLinkAttempts } from "@/lib/accounts/auth-endpoints";
import type { AppContext } from "@/lib/app-context";
import type { Problem } from "@/lib/errors";
import { appContext } from "./app-context";
import { toProblem } from "./problem-response";
import { clientAddressOf } from "./request-info";

/** Opens the one-time link of a page. A token that opens nothing counts, as at the API. */
export async function openLink<T>(
  find: (context: AppContext) => Promise<T>,
): Promise<{ result: T } | { problem: Problem }> {
  const context = appContext();
  const address = clientAddressOf({ headers: await headers() });
  try {
    return { result: await countingLinkAttempts(context, address, () => find(context)) };
  } catch (error) {
    const problem = toProblem(error);
    // The error page shows what is no fault of the link.
    if (problem.status >= 500) throw error;
    return { problem };
  }
}
