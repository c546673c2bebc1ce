import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { getPerson } from "@/lib/accounts/people";
import { changePerson, personChangeSchema } from "@/lib/rights/change-person";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: ["admin"],
    handle: async ({ params }) => jsonResponse(await getPerson(appContext(), params.id ?? "")),
  }),
  PATCH: endpoint({
    requiredAccess: ["admin"],
    needsFreshSession: true,
    body: personChangeSchema,
    handle: async ({ viewer, params, body }) =>
      jsonResponse(await changePerson(appContext(), viewer, params.id ?? "", body)),
  }),
});
