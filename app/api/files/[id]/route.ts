import { appContext } from "@/app/_server/app-context";
import { jsonResponse, noContentResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { changeFile, fileChangeSchema } from "@/lib/files/change-file";
import { toFileView } from "@/lib/files/file";
import { withdrawFile } from "@/lib/files/withdraw-file";
import { findReadableFile } from "@/lib/permissions/read";
import { findHeldFileIds } from "@/lib/retention/holds";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: "signed-in",
    handle: async ({ viewer, params }) => {
      const context = appContext();
      const file = await findReadableFile(context, viewer, params.id ?? "");
      const held = await findHeldFileIds(context, file.ownerId);
      return jsonResponse({
        ...toFileView(context.storages, file),
        ...(held.has(file.id) ? { held: true } : {}),
      });
    },
  }),
  PATCH: endpoint({
    requiredAccess: "signed-in",
    body: fileChangeSchema,
    handle: async ({ viewer, params, body }) =>
      jsonResponse(
        toFileView(appContext().storages, await changeFile(appContext(), viewer, params.id ?? "", body)),
      ),
  }),
  DELETE: endpoint({
    requiredAccess: "signed-in",
    handle: async ({ viewer, params }) => {
      await withdrawFile(appContext(), viewer, params.id ?? "");
      return noContentResponse();
    },
  }),
});
