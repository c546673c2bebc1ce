import { appContext } from "@/app/_server/app-context";
import { clientInfoOf, redirectToSignedUrl } from "@/app/_server/request-info";
import { endpoint, route } from "@/app/_server/route";
import { notFoundProblem } from "@/lib/errors";
import { signPageUrl } from "@/lib/files/signed-urls";

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: "signed-in",
    hasSideEffects: true,
    handle: async ({ request, viewer, params: { id = "", page = "" } }) => {
      if (!/^[1-9]\d{0,4}$/.test(page)) throw notFoundProblem();
      return redirectToSignedUrl(
        await signPageUrl(appContext(), viewer, id, Number(page), clientInfoOf(request)),
      );
    },
  }),
});
