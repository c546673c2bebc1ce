import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { askMembers, newRequestSchema } from "@/lib/requests/ask-members";
import { listRequests, requestFilterSchema } from "@/lib/requests/list-requests";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: "signed-in",
    query: requestFilterSchema,
    handle: async ({ viewer, query }) => jsonResponse(await listRequests(appContext(), viewer, query)),
  }),
  POST: endpoint({
    requiredAccess: ["admin"],
    body: newRequestSchema,
    handle: async ({ viewer, body }) => jsonResponse(await askMembers(appContext(), viewer, body)),
  }),
});
