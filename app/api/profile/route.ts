import { json } from "@/app/_server/json";
import { endpoint, route } from "@/app/_server/route";
import { deps } from "@/app/_server/services";
import { changeProfile, ownProfile, profileChangeSchema } from "@/lib/accounts/profile";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    access: "signed-in",
    handle: async ({ viewer }) => json(await ownProfile(deps(), viewer)),
  }),
  PATCH: endpoint({
    access: "signed-in",
    body: profileChangeSchema,
    handle: async ({ viewer, body }) => json(await changeProfile(deps(), viewer, body)),
  }),
});
