import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { clientAddressOf } from "@/app/_server/request-info";
import { endpoint, route } from "@/app/_server/route";
import { countingLinkAttempts } from "@/lib/accounts/auth-endpoints";
import { confirmAddress, linkTokenSchema } from "@/lib/accounts/change-address";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  // The token of the mail decides.
  POST: endpoint({
    requiredAccess: "anyone",
    body: linkTokenSchema,
    handle: async ({ request, body }) =>
      jsonResponse(
        await countingLinkAttempts(appContext(), clientAddressOf(request), () =>
          confirmAddress(appContext(), body.token),
        ),
      ),
  }),
});
