import { isShuttingDown } from "@/app/_server/request-info";
import { jsonResponse } from "@/app/_server/json-response";
import { endpoint, route } from "@/app/_server/route";
import { checkHealth } from "@/app/_server/app-context";

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
