import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { ownSessionOf } from "@/app/_server/viewer";
import { renewBackupCodes } from "@/lib/accounts/authenticator-app";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    requiredAccess: "signed-in",
    allowsMissingSecondFactor: true,
    needsFreshSession: true,
    handle: async ({ request, viewer }) =>
      jsonResponse(await renewBackupCodes(appContext(), ownSessionOf(request.headers, viewer))),
  }),
});
