import { z } from "zod";
import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { cropSchema } from "@/lib/inspect/crop";
import { completeUpload } from "@/lib/uploads/complete";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    requiredAccess: "signed-in",
    longRunning: true,
    body: z.strictObject({ crop: cropSchema.optional() }),
    handle: async ({ viewer, params, body }) => {
      const completion = await completeUpload(appContext(), viewer, params.id ?? "", body.crop);
      return completion.state === "completed"
        ? jsonResponse(completion)
        : jsonResponse(completion, {
            status: 202,
            headers: { location: `/api/uploads/${completion.id}`, "retry-after": "1" },
          });
    },
  }),
});
