import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { searchTrail, trailSearchSchema } from "@/lib/audit/search-trail";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: ["admin"],
    query: trailSearchSchema,
    handle: async ({ query }) => jsonResponse(await searchTrail(appContext(), query)),
  }),
});
