import { json } from "@/app/_server/json";
import { endpoint, route } from "@/app/_server/route";
import { deps } from "@/app/_server/services";
import { partsSchema, signParts } from "@/lib/uploads/sign-parts";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    access: "signed-in",
    body: partsSchema,
    handle: async ({ viewer, params, body }) => json(await signParts(deps(), viewer, params.id ?? "", body)),
  }),
});
