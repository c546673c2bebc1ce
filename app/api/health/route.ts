import { checkHealth } from "@/app/_server/app-context";
import { jsonResponse } from "@/app/_server/json-response";
import { isShuttingDown } from "@/app/_server/request-info";
import { endpoint, route } from "@/app/_server/route";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: "anyone",
    handle: async ({ request }) => {
      const report = await checkHealth();
      const status = isShuttingDown(request) ? "closing" : report.status;
      return jsonResponse({ ...report, status }, { status: status === "ok" ? 200 : 503 });
    },
  }),
});
