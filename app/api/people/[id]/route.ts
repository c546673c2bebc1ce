import { json } from "@/app/_server/json";
import { endpoint, route } from "@/app/_server/route";
import { deps } from "@/app/_server/services";
import { changeRole, roleChangeSchema } from "@/lib/accounts/people";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  PATCH: endpoint({
    access: ["admin"],
    body: roleChangeSchema,
    handle: async ({ viewer, params, body }) =>
      json(await changeRole(deps(), viewer, params.id ?? "", body.role)),
  }),
});
