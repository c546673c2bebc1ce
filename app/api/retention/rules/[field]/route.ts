import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { confirmRule, ruleConfirmationSchema } from "@/lib/retention/rule-changes";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    requiredAccess: ["admin"],
    body: ruleConfirmationSchema,
    handle: async ({ viewer, params, body }) =>
      jsonResponse(await confirmRule(appContext(), viewer, params.field ?? "", body)),
  }),
});
