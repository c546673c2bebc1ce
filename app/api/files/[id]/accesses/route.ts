import { z } from "zod";
import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { listAccesses } from "@/lib/audit/access-log";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: "signed-in",
    query: z.object({ cursor: z.string().max(100).optional() }),
    handle: async ({ viewer, params, query }) =>
      jsonResponse(await listAccesses(appContext(), viewer, params.id ?? "", query.cursor)),
  }),
});
