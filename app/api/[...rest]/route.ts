import { endpoint, route } from "@/app/_server/route";
import { notFound } from "@/lib/errors";

const nothing = endpoint({
  access: "anyone",
  handle: async () => {
    throw notFound();
  },
});

/** Every address below /api that nobody else answers: a problem document, and not a page. */
export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: nothing,
  POST: nothing,
  PUT: nothing,
  PATCH: nothing,
  DELETE: nothing,
});
