import { json } from "@/app/_server/json";
import { endpoint, route } from "@/app/_server/route";
import { deps } from "@/app/_server/services";
import { health } from "@/lib/health";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    access: "anyone",
    handle: async () => {
      const report = await health(deps());
      return json(report, { status: report.status === "ok" ? 200 : 503 });
    },
  }),
});
