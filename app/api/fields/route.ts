import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { isAskedOfEveryone } from "@/lib/fields/asked";
import type { Field } from "@/lib/fields/field";
import { fields } from "@/lib/fields/fields";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: "anyone",
    handle: async () => jsonResponse({ fields: [...fields.values()].map(withDefaults) }),
  }),
});

function withDefaults(field: Field): Field {
  if (field.storage === "public") return field;
  return { ...field, asked: isAskedOfEveryone(field) ? "everyone" : "on request" };
}
