import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { confirmAddress, linkTokenSchema } from "@/lib/accounts/change-address";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  // The token of the mail decides.
  POST: endpoint({
    requiredAccess: "anyone",
    body: linkTokenSchema,
    handle: async ({ body }) => jsonResponse(await confirmAddress(appContext(), body.token)),
  }),
});
