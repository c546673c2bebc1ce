import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { changeGrants, grantsSchema } from "@/lib/accounts/people";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  PUT: endpoint({
    requiredAccess: ["admin"],
    needsFreshSession: true,
    body: grantsSchema,
    handle: async ({ viewer, params, body }) =>
      jsonResponse(await changeGrants(appContext(), viewer, params.id ?? "", body.fields)),
  }),
});
