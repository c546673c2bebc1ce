import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { getPublicProfile } from "@/lib/accounts/profile";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: "anyone",
    handle: async ({ params }) => jsonResponse(await getPublicProfile(appContext(), params.handle ?? "")),
  }),
});
