import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { listReviews, queueSchema } from "@/lib/review/queue";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: ["reviewer", "admin"],
    query: queueSchema,
    handle: async ({ viewer, query }) => jsonResponse(await listReviews(appContext(), viewer, query)),
  }),
});
