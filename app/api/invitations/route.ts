import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import {
  invitationFilterSchema,
  invitationsSchema,
  invite,
  listInvitations,
} from "@/lib/accounts/invitations";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: ["admin"],
    query: invitationFilterSchema,
    handle: async ({ query }) => jsonResponse(await listInvitations(appContext(), query)),
  }),
  POST: endpoint({
    requiredAccess: ["admin"],
    // An invitation can bring a role and access to documents.
    needsFreshSession: true,
    body: invitationsSchema,
    handle: async ({ viewer, body }) =>
      jsonResponse({ results: await invite(appContext(), viewer, body.people) }),
  }),
});
