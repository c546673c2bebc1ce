import { appContext } from "@/app/_server/app-context";
import { noContentResponse } from "@/app/_server/json-response";
import { clientAddressOf } from "@/app/_server/request-info";
import { endpoint, route } from "@/app/_server/route";
import { ownSessionOf } from "@/app/_server/viewer";
import { changePassword, passwordChangeSchema } from "@/lib/accounts/change-password";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    requiredAccess: "signed-in",
    allowsMissingSecondFactor: true,
    body: passwordChangeSchema,
    handle: async ({ request, viewer, body }) => {
      await changePassword(
        appContext(),
        ownSessionOf(request.headers, viewer),
        body,
        clientAddressOf(request),
      );
      return noContentResponse();
    },
  }),
});
