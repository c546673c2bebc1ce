import { appContext } from "@/app/_server/app-context";
import { noContentResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { holdReleaseSchema, releaseHold } from "@/lib/retention/holds";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  DELETE: endpoint({
    requiredAccess: ["admin"],
    body: holdReleaseSchema,
    handle: async ({ viewer, params, body }) => {
      await releaseHold(appContext(), viewer, params.id ?? "", body);
      return noContentResponse();
    },
  }),
});
