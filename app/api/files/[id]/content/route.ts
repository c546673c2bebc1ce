import { z } from "zod";
import { handOver, originOf } from "@/app/_server/hand-over";
import { endpoint, route } from "@/app/_server/route";
import { deps } from "@/app/_server/services";
import { openContent } from "@/lib/files/open";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    access: "signed-in",
    effects: true,
    query: z.object({ intent: z.enum(["view", "download"]).default("view") }),
    handle: async ({ request, viewer, params, query }) =>
      handOver(await openContent(deps(), viewer, params.id ?? "", query.intent, originOf(request))),
  }),
});
