import { appContext } from "@/app/_server/app-context";
import { noContentResponse } from "@/app/_server/json-response";
import { clientAddressOf } from "@/app/_server/request-info";
import { endpoint, route } from "@/app/_server/route";
import { ownSessionOf } from "@/app/_server/viewer";
import { confirmationSchema, confirmSession } from "@/lib/accounts/sessions";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    requiredAccess: "signed-in",
    allowsMissingSecondFactor: true,
    body: confirmationSchema,
    handle: async ({ request, viewer, body }) => {
      await confirmSession(
        appContext(),
        ownSessionOf(request.headers, viewer),
        body,
        clientAddressOf(request),
      );
      return noContentResponse();
    },
  }),
});
