import { json, noContent } from "@/app/_server/json";
import { endpoint, route } from "@/app/_server/route";
import { deps } from "@/app/_server/services";
import { abort } from "@/lib/uploads/abort";
import { showUpload } from "@/lib/uploads/upload";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    access: "signed-in",
    handle: async ({ viewer, params }) => json(await showUpload(deps(), viewer, params.id ?? "")),
  }),
  DELETE: endpoint({
    access: "signed-in",
    handle: async ({ viewer, params }) => {
      await abort(deps(), viewer, params.id ?? "");
      return noContent();
    },
  }),
});
