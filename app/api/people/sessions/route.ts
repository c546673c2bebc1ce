import { appContext } from "@/app/_server/app-context";
import { noContentResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { readSessionToken } from "@/app/_server/viewer";
import { endAllSessions, endAllSessionsSchema } from "@/lib/rights/end-sessions";

/** Signs out everyone but the caller. */
export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  DELETE: endpoint({
    requiredAccess: ["admin"],
    needsFreshSession: true,
    body: endAllSessionsSchema,
    longRunning: true,
    handle: async ({ request, viewer }) => {
      await endAllSessions(appContext(), viewer, readSessionToken(request.headers.get("cookie")) ?? "");
      return noContentResponse();
    },
  }),
});
