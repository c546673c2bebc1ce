import { json } from "@/app/_server/json";
import { endpoint, route } from "@/app/_server/route";
import { deps } from "@/app/_server/services";
import { changeGrants, grantsSchema } from "@/lib/accounts/people";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  PUT: endpoint({
    access: ["admin"],
    body: grantsSchema,
    handle: async ({ viewer, params, body }) =>
      json(await changeGrants(deps(), viewer, params.id ?? "", body.fields)),
  }),
});
