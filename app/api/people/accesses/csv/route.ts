import { appContext } from "@/app/_server/app-context";
import { endpoint, route } from "@/app/_server/route";
import { streamedResponse } from "@/app/_server/streamed-response";
import { openedFilterSchema, writeOpenedFilesCsv } from "@/lib/audit/opened-files";

/** Streams who opened what of whom as a file. */
export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: ["admin"],
    query: openedFilterSchema,
    longRunning: true,
    handle: async ({ query }) =>
      streamedResponse(writeOpenedFilesCsv(appContext(), query), {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": 'attachment; filename="opened-documents.csv"',
      }),
  }),
});
