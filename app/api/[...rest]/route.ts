import { endpoint, route } from "@/app/_server/route";
import { notFoundProblem } from "@/lib/errors";

const notFoundEndpoint = endpoint({
  requiredAccess: "anyone",
  handle: async () => {
    throw notFoundProblem();
  },
});

/** Responds to unknown URLs under /api with a problem document, not a page. */
export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: notFoundEndpoint,
  POST: notFoundEndpoint,
  PUT: notFoundEndpoint,
  PATCH: notFoundEndpoint,
  DELETE: notFoundEndpoint,
});
