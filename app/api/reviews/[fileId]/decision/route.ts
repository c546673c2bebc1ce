import { json } from "@/app/_server/json";
import { endpoint, route } from "@/app/_server/route";
import { deps } from "@/app/_server/services";
import { decide, decisionSchema } from "@/lib/review/decide";
import { undo } from "@/lib/review/undo";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    access: ["reviewer", "admin"],
    body: decisionSchema,
    handle: async ({ viewer, params, body }) => json(await decide(deps(), viewer, params.fileId ?? "", body)),
  }),
  DELETE: endpoint({
    access: ["reviewer", "admin"],
    handle: async ({ viewer, params }) => json(await undo(deps(), viewer, params.fileId ?? "")),
  }),
});
