import { appContext } from "@/app/_server/app-context";
import { jsonResponse, noContentResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { ownSessionOf } from "@/app/_server/viewer";
import { beginApp, confirmApp, removeApp } from "@/lib/accounts/authenticator-app";
import { codeSchema } from "@/lib/accounts/sign-in-schemas";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    requiredAccess: "signed-in",
    allowsMissingSecondFactor: true,
    needsFreshSession: true,
    handle: async ({ request, viewer }) =>
      jsonResponse(await beginApp(appContext(), ownSessionOf(request.headers, viewer))),
  }),
  PUT: endpoint({
    requiredAccess: "signed-in",
    allowsMissingSecondFactor: true,
    needsFreshSession: true,
    body: codeSchema,
    handle: async ({ request, viewer, body }) =>
      jsonResponse(await confirmApp(appContext(), ownSessionOf(request.headers, viewer), body.code)),
  }),
  DELETE: endpoint({
    requiredAccess: "signed-in",
    allowsMissingSecondFactor: true,
    needsFreshSession: true,
    handle: async ({ request, viewer }) => {
      await removeApp(appContext(), ownSessionOf(request.headers, viewer));
      return noContentResponse();
    },
  }),
});
