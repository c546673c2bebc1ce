import { appContext } from "@/app/_server/app-context";
import { jsonResponse, noContentResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { comeBack, leave } from "@/lib/rights/leave";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    requiredAccess: "signed-in",
    needsFreshSession: true,
    handle: async ({ viewer }) => jsonResponse(await leave(appContext(), viewer)),
  }),
  DELETE: endpoint({
    requiredAccess: "signed-in",
    handle: async ({ viewer }) => {
      await comeBack(appContext(), viewer);
      return noContentResponse();
    },
  }),
});
