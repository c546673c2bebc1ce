import { appContext } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { changeNotifications, findNotifications, notificationsSchema } from "@/lib/mail/notifications";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: "signed-in",
    allowsMissingSecondFactor: true,
    handle: async ({ viewer }) => jsonResponse(await findNotifications(appContext(), viewer)),
  }),
  PATCH: endpoint({
    requiredAccess: "signed-in",
    allowsMissingSecondFactor: true,
    body: notificationsSchema,
    handle: async ({ viewer, body }) => jsonResponse(await changeNotifications(appContext(), viewer, body)),
  }),
});
