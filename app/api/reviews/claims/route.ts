import { json, noContent } from "@/app/_server/json";
import { endpoint, route } from "@/app/_server/route";
import { deps } from "@/app/_server/services";
import { claimNext, claimNextSchema } from "@/lib/review/claims";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    access: ["reviewer", "admin"],
    body: claimNextSchema,
    handle: async ({ viewer, body }) => {
      const review = await claimNext(deps(), viewer, body);
      return review ? json(review) : noContent();
    },
  }),
});
