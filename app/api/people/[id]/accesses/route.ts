import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { getPerson } from "@/lib/accounts/people";
import { listOpenedFiles, openedBySchema } from "@/lib/audit/opened-files";

/** What a person opened, of whom. */
export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: ["admin"],
    query: openedBySchema,
    handle: async ({ params, query }) => {
      const { id } = await getPerson(appContext(), params.id ?? "");
      return jsonResponse(await listOpenedFiles(appContext(), { ...query, by: id }));
    },
  }),
});
