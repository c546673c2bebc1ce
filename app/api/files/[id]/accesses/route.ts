import { z } from "zod";
import { json } from "@/app/_server/json";
import { endpoint, route } from "@/app/_server/route";
import { deps } from "@/app/_server/services";
import { accesses } from "@/lib/register/access";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    access: "signed-in",
    query: z.object({ cursor: z.string().max(100).optional() }),
    handle: async ({ viewer, params, query }) =>
      json(await accesses(deps(), viewer, params.id ?? "", query.cursor)),
  }),
});
