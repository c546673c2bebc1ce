import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { decideOnDocument } from "@/lib/review/decide";
import { undoDecision } from "@/lib/review/undo";
import { decisionSchema } from "@/lib/review/validate-decision";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    requiredAccess: ["reviewer", "admin"],
    needsFreshSession: true,
    body: decisionSchema,
    handle: async ({ viewer, params, body }) =>
      jsonResponse(await decideOnDocument(appContext(), viewer, params.fileId ?? "", body)),
  }),
  DELETE: endpoint({
    requiredAccess: ["reviewer", "admin"],
    handle: async ({ viewer, params }) =>
      jsonResponse(await undoDecision(appContext(), viewer, params.fileId ?? "")),
  }),
});
