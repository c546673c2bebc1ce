import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { clientAddressOf } from "@/app/_server/request-info";
import { endpoint, route } from "@/app/_server/route";
import { throttlesForRecovery } from "@/lib/accounts/auth-endpoints";
import { askRecovery, recoveryRequestSchema } from "@/lib/accounts/recover";
import { countAttempt } from "@/lib/accounts/throttle";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    requiredAccess: "anyone",
    body: recoveryRequestSchema,
    handle: async ({ request, body: { email } }) => {
      await countAttempt(appContext(), throttlesForRecovery(email, clientAddressOf(request)));
      await askRecovery(appContext(), email);
      return jsonResponse({}, { status: 202 });
    },
  }),
});
