import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { clientAddressOf } from "@/app/_server/request-info";
import { endpoint, route } from "@/app/_server/route";
import { ownSessionOf } from "@/app/_server/viewer";
import { addressChangeSchema, askForAddressChange } from "@/lib/accounts/change-address";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    requiredAccess: "signed-in",
    allowsMissingSecondFactor: true,
    needsFreshSession: true,
    body: addressChangeSchema,
    handle: async ({ request, viewer, body }) => {
      const session = ownSessionOf(request.headers, viewer);
      await askForAddressChange(appContext(), session, body, clientAddressOf(request));
      return jsonResponse({}, { status: 202 });
    },
  }),
});
