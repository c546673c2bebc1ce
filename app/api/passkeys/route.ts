import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { ownSessionOf } from "@/app/_server/viewer";
import { addPasskey } from "@/lib/accounts/passkeys";
import { newPasskeySchema } from "@/lib/accounts/sign-in-schemas";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    requiredAccess: "signed-in",
    allowsMissingSecondFactor: true,
    needsFreshSession: true,
    body: newPasskeySchema,
    handle: async ({ request, viewer, body }) =>
      jsonResponse(await addPasskey(appContext(), ownSessionOf(request.headers, viewer), body), {
        status: 201,
      }),
  }),
});
