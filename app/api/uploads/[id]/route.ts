import { appContext } from "@/app/_server/app-context";
import { jsonResponse, noContentResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { abortUpload } from "@/lib/uploads/abort";
import { getUploadView } from "@/lib/uploads/upload";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: "signed-in",
    handle: async ({ viewer, params }) =>
      jsonResponse(await getUploadView(appContext(), viewer, params.id ?? "")),
  }),
  DELETE: endpoint({
    requiredAccess: "signed-in",
    handle: async ({ viewer, params }) => {
      await abortUpload(appContext(), viewer, params.id ?? "");
      return noContentResponse();
    },
  }),
});
