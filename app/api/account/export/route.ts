import { appContext } from "@/app/_server/app-context";
import { endpoint, route } from "@/app/_server/route";
import { streamedResponse } from "@/app/_server/streamed-response";
import { writeExport } from "@/lib/accounts/export";

/** Streams what is held about the viewer. The browser fetches the files itself. */
export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: "signed-in",
    longRunning: true,
    handle: ({ viewer }) =>
      streamedResponse(writeExport(appContext(), viewer), { "content-type": "application/json" }),
  }),
});
