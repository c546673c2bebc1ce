import { appContext } from "@/app/_server/app-context";
import { endpoint, route } from "@/app/_server/route";
import { streamedResponse } from "@/app/_server/streamed-response";
import { trailFilterSchema } from "@/lib/audit/search-trail";
import { writeTrailCsv } from "@/lib/audit/trail-csv";

/** Streams the entries that match as a file. */
export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: ["admin"],
    query: trailFilterSchema,
    longRunning: true,
    handle: async ({ query }) =>
      streamedResponse(writeTrailCsv(appContext(), query), {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": 'attachment; filename="audit-trail.csv"',
      }),
  }),
});
