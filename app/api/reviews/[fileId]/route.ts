import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { findReview } from "@/lib/review/review";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: ["reviewer", "admin"],
    handle: async ({ viewer, params }) =>
      jsonResponse(await findReview(appContext(), viewer, params.fileId ?? "")),
  }),
});
