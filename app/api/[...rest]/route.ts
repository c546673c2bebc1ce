import { endpoint, route } from "@/app/_server/route";
import { notFoundProblem } from "@/lib/errors";

const notFoundEndpoint = endpoint({
  requiredAccess: "anyone",
  handle: async () => {
    throw notFoundProblem();
  },
});

/** Every address below /api that nobody else answers: a problem document, and not a page. */
export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: notFoundEndpoint,
  POST: notFoundEndpoint,
  PUT: notFoundEndpoint,
  PATCH: notFoundEndpoint,
  DELETE: notFoundEndpoint,
});
