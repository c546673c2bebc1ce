import { json, noContent } from "@/app/_server/json";
import { endpoint, route } from "@/app/_server/route";
import { deps } from "@/app/_server/services";
import { claim, release } from "@/lib/review/claims";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  PUT: endpoint({
    access: ["reviewer", "admin"],
    handle: async ({ viewer, params }) => json(await claim(deps(), viewer, params.fileId ?? "")),
  }),
  DELETE: endpoint({
    access: ["reviewer", "admin"],
    handle: async ({ viewer, params }) => {
      await release(deps(), viewer, params.fileId ?? "");
      return noContent();
    },
  }),
});
