import { appContext } from "@/app/_server/app-context";
import { jsonResponse, noContentResponse } from "@/app/_server/json-response";
import { clientAddressOf } from "@/app/_server/request-info";
import { endpoint, route } from "@/app/_server/route";
import { signedInResponse } from "@/app/_server/signed-in-response";
import { countingLinkAttempts } from "@/lib/accounts/auth-endpoints";
import { deviceNameOf } from "@/lib/accounts/device-name";
import { withdrawInvitation } from "@/lib/accounts/invitations";
import { findInvitation, join, joinSchema } from "@/lib/accounts/join";

/** GET and POST take the token of the link, DELETE the id of the invitation. */
export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: "anyone",
    hasSideEffects: true,
    handle: async ({ request, params: { id = "" } }) =>
      jsonResponse(
        await countingLinkAttempts(appContext(), clientAddressOf(request), () =>
          findInvitation(appContext(), id),
        ),
      ),
  }),
  POST: endpoint({
    requiredAccess: "anyone",
    body: joinSchema,
    handle: async ({ request, params: { id = "" }, body }) => {
      const { token, user } = await countingLinkAttempts(appContext(), clientAddressOf(request), () =>
        join(appContext(), id, body, deviceNameOf(request.headers.get("user-agent"))),
      );
      return signedInResponse(request, user.id, { user }, token);
    },
  }),
  DELETE: endpoint({
    requiredAccess: ["admin"],
    handle: async ({ viewer, params: { id = "" } }) => {
      await withdrawInvitation(appContext(), viewer, id);
      return noContentResponse();
    },
  }),
});
