import { closing } from "@/app/_server/hand-over";
import { json } from "@/app/_server/json";
import { endpoint, route } from "@/app/_server/route";
import { health } from "@/app/_server/services";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    access: "anyone",
    handle: async ({ request }) => {
      const report = await health();
      const status = closing(request) ? "closing" : report.status;
      return json({ ...report, status }, { status: status === "ok" ? 200 : 503 });
    },
  }),
});
