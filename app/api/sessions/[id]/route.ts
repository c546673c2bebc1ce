import { appContext } from "@/app/_server/app-context";
import { noContentResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { ownSessionOf } from "@/app/_server/viewer";
import { endSession } from "@/lib/accounts/sessions";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  DELETE: endpoint({
    requiredAccess: "signed-in",
    allowsMissingSecondFactor: true,
    handle: async ({ request, viewer, params }) => {
      await endSession(appContext(), ownSessionOf(request.headers, viewer), params.id ?? "");
      return noContentResponse();
    },
  }),
});
