import { z } from "zod";
import { json } from "@/app/_server/json";
import { endpoint, route } from "@/app/_server/route";
import { deps } from "@/app/_server/services";
import { cropSchema } from "@/lib/inspect/crop";
import { complete } from "@/lib/uploads/complete";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    access: "signed-in",
    unhurried: true,
    body: z.strictObject({ crop: cropSchema.optional() }),
    handle: async ({ viewer, params, body }) => {
      const completion = await complete(deps(), viewer, params.id ?? "", body.crop);
      return completion.state === "completed"
        ? json(completion)
        : json(completion, {
            status: 202,
            headers: { location: `/api/uploads/${completion.id}`, "retry-after": "1" },
          });
    },
  }),
});
