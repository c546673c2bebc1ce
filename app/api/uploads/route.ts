import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { issueTicketForSession } from "@/lib/uploads/issue";
import { ticketSchema } from "@/lib/uploads/ticket";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    requiredAccess: "session",
    body: ticketSchema,
    handle: async ({ request, viewer, body }) =>
      jsonResponse(
        await issueTicketForSession(appContext(), viewer, body, request.headers.get("idempotency-key")),
        { status: 201 },
      ),
  }),
});
