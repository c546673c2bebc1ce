import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { changeProfile, getOwnProfile, profileChangeSchema } from "@/lib/accounts/profile";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: "signed-in",
    handle: async ({ viewer }) => jsonResponse(await getOwnProfile(appContext(), viewer)),
  }),
  PATCH: endpoint({
    requiredAccess: "signed-in",
    body: profileChangeSchema,
    handle: async ({ viewer, body }) => jsonResponse(await changeProfile(appContext(), viewer, body)),
  }),
});
