import { z } from "zod";
import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { listHolds, newHoldSchema, placeHold } from "@/lib/retention/holds";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: ["admin"],
    query: z.strictObject({ cursor: z.uuid().optional() }),
    handle: async ({ query }) => jsonResponse(await listHolds(appContext(), query.cursor)),
  }),
  POST: endpoint({
    requiredAccess: ["admin"],
    body: newHoldSchema,
    handle: async ({ viewer, body }) =>
      jsonResponse(await placeHold(appContext(), viewer, body), { status: 201 }),
  }),
});
