import { json } from "@/app/_server/json";
import { endpoint, route } from "@/app/_server/route";
import { deps } from "@/app/_server/services";
import { issue } from "@/lib/uploads/issue";
import { ticketSchema } from "@/lib/uploads/ticket";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  POST: endpoint({
    access: "signed-in",
    body: ticketSchema,
    handle: async ({ request, viewer, body }) =>
      json(await issue(deps(), viewer, body, request.headers.get("idempotency-key")), { status: 201 }),
  }),
});
