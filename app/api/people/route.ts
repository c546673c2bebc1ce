import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { listPeople, peopleFilterSchema } from "@/lib/accounts/list-people";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: ["admin"],
    query: peopleFilterSchema,
    handle: async ({ query }) => jsonResponse(await listPeople(appContext(), query)),
  }),
});
