import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { changeRole, roleChangeSchema } from "@/lib/accounts/people";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  PATCH: endpoint({
    requiredAccess: ["admin"],
    needsFreshSession: true,
    body: roleChangeSchema,
    handle: async ({ viewer, params, body }) =>
      jsonResponse(await changeRole(appContext(), viewer, params.id ?? "", body.role)),
  }),
});
