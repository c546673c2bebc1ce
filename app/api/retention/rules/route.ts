import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { listRules } from "@/lib/retention/rule-changes";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: ["admin"],
    handle: async () => jsonResponse({ items: await listRules(appContext()) }),
  }),
});
