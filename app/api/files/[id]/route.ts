import { json, noContent } from "@/app/_server/json";
import { endpoint, route } from "@/app/_server/route";
import { deps } from "@/app/_server/services";
import { change, fileChangeSchema } from "@/lib/files/change";
import { erase } from "@/lib/files/erase";
import { viewFile } from "@/lib/files/file";
import { findFile } from "@/lib/files/find";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    access: "signed-in",
    handle: async ({ viewer, params }) =>
      json(viewFile(deps().storages, await findFile(deps(), viewer, params.id ?? ""))),
  }),
  PATCH: endpoint({
    access: "signed-in",
    body: fileChangeSchema,
    handle: async ({ viewer, params, body }) =>
      json(viewFile(deps().storages, await change(deps(), viewer, params.id ?? "", body))),
  }),
  DELETE: endpoint({
    access: "signed-in",
    handle: async ({ viewer, params }) => {
      await erase(deps(), viewer, params.id ?? "");
      return noContent();
    },
  }),
});
