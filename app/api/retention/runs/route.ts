import { z } from "zod";
import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { listRuns } from "@/lib/retention/runs";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: ["admin"],
    query: z.strictObject({ cursor: z.uuid().optional() }),
    handle: async ({ query }) => jsonResponse(await listRuns(appContext(), query.cursor)),
  }),
});
