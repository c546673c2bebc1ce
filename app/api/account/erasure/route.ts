import { appContext } from "@/app/_server/app-context";
import { jsonResponse, noContentResponse } from "@/app/_server/json-response";
import { clientAddressOf } from "@/app/_server/request-info";
import { endpoint, route } from "@/app/_server/route";
import { askForErasure, cancelErasure, erasureRequestSchema } from "@/lib/rights/ask-erasure";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    requiredAccess: "signed-in",
    needsFreshSession: true,
    body: erasureRequestSchema,
    handle: async ({ request, viewer, body }) =>
      jsonResponse(await askForErasure(appContext(), viewer, body, clientAddressOf(request)), {
        status: 202,
      }),
  }),
  DELETE: endpoint({
    requiredAccess: "signed-in",
    handle: async ({ viewer }) => {
      await cancelErasure(appContext(), viewer);
      return noContentResponse();
    },
  }),
});
