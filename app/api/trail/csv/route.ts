import { appContext } from "@/app/_server/app-context";
import { endpoint, route } from "@/app/_server/route";
import { trailFilterSchema } from "@/lib/audit/search-trail";
import { writeTrailCsv } from "@/lib/audit/trail-csv";

/** Streams the entries that match as a file. */
export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: ["admin"],
    query: trailFilterSchema,
    longRunning: true,
    handle: async ({ query }) =>
      new Response(toStream(writeTrailCsv(appContext(), query)), {
        headers: {
          "content-type": "text/csv; charset=utf-8",
          "content-disposition": 'attachment; filename="audit-trail.csv"',
          "cache-control": "private, no-store",
        },
      }),
  }),
});

/** Reads the next page only when the browser has taken the one before. */
function toStream(chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
}
