import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { ownSessionOf } from "@/app/_server/viewer";
import { beginPasskey } from "@/lib/accounts/passkeys";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    requiredAccess: "signed-in",
    allowsMissingSecondFactor: true,
    needsFreshSession: true,
    handle: async ({ request, viewer }) =>
      jsonResponse(await beginPasskey(appContext(), ownSessionOf(request.headers, viewer))),
  }),
});
