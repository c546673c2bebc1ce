import { json } from "@/app/_server/json";
import { endpoint, route } from "@/app/_server/route";
import { deps } from "@/app/_server/services";
import { queue, queueSchema } from "@/lib/review/queue";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    access: ["reviewer", "admin"],
    query: queueSchema,
    handle: async ({ viewer, query }) => json(await queue(deps(), viewer, query)),
  }),
});
