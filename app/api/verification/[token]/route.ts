import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { clientAddressOf } from "@/app/_server/request-info";
import { endpoint, route } from "@/app/_server/route";
import { withKnownDevice } from "@/app/_server/signed-in-response";
import { countingLinkAttempts } from "@/lib/accounts/auth-endpoints";
import { verificationSchema, verifyAddress } from "@/lib/accounts/verify-address";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    requiredAccess: "anyone",
    body: verificationSchema,
    handle: async ({ request, params: { token = "" }, body: { password } }) => {
      const address = clientAddressOf(request);
      const { id, email } = await countingLinkAttempts(appContext(), address, () =>
        verifyAddress(appContext(), token, password, address),
      );
      return withKnownDevice(request, jsonResponse({ email }), id);
    },
  }),
});
