import { appContext } from "@/app/_server/app-context";
import { noContentResponse } from "@/app/_server/json-response";
import { clientAddressOf } from "@/app/_server/request-info";
import { endpoint, route } from "@/app/_server/route";
import { withKnownDevice } from "@/app/_server/signed-in-response";
import { countingLinkAttempts } from "@/lib/accounts/auth-endpoints";
import { recover, recoverySchema } from "@/lib/accounts/recover";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    requiredAccess: "anyone",
    body: recoverySchema,
    handle: async ({ request, params: { token = "" }, body: { password } }) => {
      const { id } = await countingLinkAttempts(appContext(), clientAddressOf(request), () =>
        recover(appContext(), token, password),
      );
      return withKnownDevice(request, noContentResponse(), id);
    },
  }),
});
