import { appContext } from "@/app/_server/app-context";
import { jsonResponse, noContentResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { ownSessionOf } from "@/app/_server/viewer";
import { endOtherSessions, listSessions } from "@/lib/accounts/sessions";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: "signed-in",
    allowsMissingSecondFactor: true,
    handle: async ({ request, viewer }) =>
      jsonResponse({ items: await listSessions(appContext(), ownSessionOf(request.headers, viewer)) }),
  }),
  DELETE: endpoint({
    requiredAccess: "signed-in",
    allowsMissingSecondFactor: true,
    handle: async ({ request, viewer }) => {
      await endOtherSessions(appContext(), ownSessionOf(request.headers, viewer));
      return noContentResponse();
    },
  }),
});
