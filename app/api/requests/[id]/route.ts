import { appContext } from "@/app/_server/app-context";
import { noContentResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { cancelRequest } from "@/lib/requests/cancel-requests";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  DELETE: endpoint({
    requiredAccess: ["admin"],
    handle: async ({ viewer, params }) => {
      await cancelRequest(appContext(), viewer, params.id ?? "");
      return noContentResponse();
    },
  }),
});
