import { z } from "zod";
import { appContext } from "@/app/_server/app-context";
import { clientInfoOf, redirectToSignedUrl } from "@/app/_server/request-info";
import { endpoint, route } from "@/app/_server/route";
import { notFoundProblem } from "@/lib/errors";
import { signPageUrl } from "@/lib/files/signed-urls";

/**
 * Which image of the page: a tile of a tall page, or a cell of a tile at two or four times the
 * size.
 */
const partSchema = z.object({
  tile: z.coerce.number().int().min(1).max(40).default(1),
  detail: z.coerce
    .number()
    .pipe(z.literal([1, 2, 4]))
    .default(1),
  cell: z.coerce.number().int().min(1).max(16).default(1),
});

export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    requiredAccess: "signed-in",
    hasSideEffects: true,
    query: partSchema,
    handle: async ({ request, viewer, params: { id = "", page = "" }, query }) => {
      if (!/^[1-9]\d{0,4}$/.test(page)) throw notFoundProblem();
      return redirectToSignedUrl(
        await signPageUrl(appContext(), viewer, id, Number(page), clientInfoOf(request), query),
      );
    },
  }),
});
