import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { fields } from "@/lib/fields/fields";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: "anyone",
    handle: async () => jsonResponse({ fields: [...fields.values()] }),
  }),
});
