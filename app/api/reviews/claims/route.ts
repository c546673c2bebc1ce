import { appContext } from "@/app/_server/app-context";
import { jsonResponse, noContentResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { claimNextDocument, claimNextSchema } from "@/lib/review/claims";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    requiredAccess: ["reviewer", "admin"],
    body: claimNextSchema,
    handle: async ({ viewer, body }) => {
      const review = await claimNextDocument(appContext(), viewer, body);
      return review ? jsonResponse(review) : noContentResponse();
    },
  }),
});
