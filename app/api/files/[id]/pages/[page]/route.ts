import { handOver, originOf } from "@/app/_server/hand-over";
import { endpoint, route } from "@/app/_server/route";
import { deps } from "@/app/_server/services";
import { notFound } from "@/lib/errors";
import { openPage } from "@/lib/files/open";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    access: "signed-in",
    effects: true,
    handle: async ({ request, viewer, params: { id = "", page = "" } }) => {
      if (!/^[1-9]\d{0,4}$/.test(page)) throw notFound();
      return handOver(await openPage(deps(), viewer, id, Number(page), originOf(request)));
    },
  }),
});
