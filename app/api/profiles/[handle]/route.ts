import { json } from "@/app/_server/json";
import { endpoint, route } from "@/app/_server/route";
import { deps } from "@/app/_server/services";
import { publicProfile } from "@/lib/accounts/profile";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    access: "anyone",
    handle: async ({ params }) => json(await publicProfile(deps(), params.handle ?? "")),
  }),
});
