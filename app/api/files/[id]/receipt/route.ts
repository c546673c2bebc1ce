import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { findReceipt } from "@/lib/files/receipt";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: "signed-in",
    handle: async ({ viewer, params }) =>
      jsonResponse(await findReceipt(appContext(), viewer, params.id ?? "")),
  }),
});
