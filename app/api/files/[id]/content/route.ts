import { z } from "zod";
import { appContext } from "@/app/_server/app-context";
import { clientInfoOf, redirectToSignedUrl } from "@/app/_server/request-info";
import { endpoint, route } from "@/app/_server/route";
import { signContentUrl } from "@/lib/files/signed-urls";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: "signed-in",
    hasSideEffects: true,
    query: z.object({ intent: z.enum(["view", "download"]).default("view") }),
    handle: async ({ request, viewer, params, query }) =>
      redirectToSignedUrl(
        await signContentUrl(appContext(), viewer, params.id ?? "", query.intent, clientInfoOf(request)),
      ),
  }),
});
