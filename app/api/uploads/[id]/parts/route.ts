import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { partsRequestSchema, signUploadParts } from "@/lib/uploads/sign-parts";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    requiredAccess: "signed-in",
    body: partsRequestSchema,
    handle: async ({ viewer, params, body }) =>
      jsonResponse(await signUploadParts(appContext(), viewer, params.id ?? "", body)),
  }),
});
