import { appContext } from "@/app/_server/app-context";
import { jsonResponse, noContentResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { claimDocument, releaseClaim } from "@/lib/review/claims";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  PUT: endpoint({
    requiredAccess: ["reviewer", "admin"],
    handle: async ({ viewer, params }) =>
      jsonResponse(await claimDocument(appContext(), viewer, params.fileId ?? "")),
  }),
  DELETE: endpoint({
    requiredAccess: ["reviewer", "admin"],
    handle: async ({ viewer, params }) => {
      await releaseClaim(appContext(), viewer, params.fileId ?? "");
      return noContentResponse();
    },
  }),
});
