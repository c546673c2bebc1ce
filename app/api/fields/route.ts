import { json } from "@/app/_server/json";
import { endpoint, route } from "@/app/_server/route";
import { fields } from "@/lib/fields/fields";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({ access: "anyone", handle: async () => json({ fields: [...fields.values()] }) }),
});
