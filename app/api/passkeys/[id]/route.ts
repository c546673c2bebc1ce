import { appContext } from "@/app/_server/app-context";
import { noContentResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { ownSessionOf } from "@/app/_server/viewer";
import { removePasskey, renamePasskey } from "@/lib/accounts/passkeys";
import { passkeyNameSchema } from "@/lib/accounts/sign-in-schemas";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  PATCH: endpoint({
    requiredAccess: "signed-in",
    allowsMissingSecondFactor: true,
    body: passkeyNameSchema,
    handle: async ({ request, viewer, params, body }) => {
      await renamePasskey(appContext(), ownSessionOf(request.headers, viewer), params.id ?? "", body.name);
      return noContentResponse();
    },
  }),
  DELETE: endpoint({
    requiredAccess: "signed-in",
    allowsMissingSecondFactor: true,
    needsFreshSession: true,
    handle: async ({ request, viewer, params }) => {
      await removePasskey(appContext(), ownSessionOf(request.headers, viewer), params.id ?? "");
      return noContentResponse();
    },
  }),
});
