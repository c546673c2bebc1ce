import { z } from "zod";
import { authentication } from "@/app/_server/auth";
import { callerAddress } from "@/app/_server/hand-over";
import { endpoint, route } from "@/app/_server/route";
import { deps } from "@/app/_server/services";
import { AUTH_REQUESTS, throttlesOf } from "@/lib/accounts/auth-requests";
import { countTry, forgiveTry } from "@/lib/accounts/throttle";
import { notFound, Problem } from "@/lib/errors";

/** Better Auth's own routes, with its own bodies and its own check of the origin; before it come our list and our count of tries. */
export const { dynamic, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({
  GET: endpoint({
    access: "anyone",
    effects: true,
    handle: async ({ request, params }) => {
      if (AUTH_REQUESTS.get(params.all ?? "")?.method !== "GET") throw notFound();
      return answer(request);
    },
  }),
  POST: endpoint({
    access: "anyone",
    body: z.record(z.string(), z.unknown()),
    handle: async ({ request, params: { all = "" }, body }) => {
      const offered = AUTH_REQUESTS.get(all);
      if (offered?.method !== "POST" || !offered.body) throw notFound();
      const checked = offered.body.safeParse(body);
      if (!checked.success) {
        const errors = checked.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
        throw new Problem("invalid", "Please look at what is marked.", { errors });
      }
      const throttles = throttlesOf(all, String(checked.data.email ?? ""), callerAddress(request));
      await countTry(deps(), throttles);
      const response = await answer(request, JSON.stringify(checked.data));
      if (response.ok && throttles.length > 0) await forgiveTry(deps(), throttles);
      return response;
    },
  }),
});

async function answer(request: Request, body?: string): Promise<Response> {
  const headers = new Headers(request.headers);
  headers.delete("content-length");
  const auth = await authentication();
  const response = await auth.handler(
    new Request(request.url, { method: request.method, headers, ...(body === undefined ? {} : { body }) }),
  );
  // It answers 500 where the database is away, having logged why.
  if (response.status >= 500)
    throw new Problem(
      "unavailable",
      "Signing in and out does not work at the moment. Please try again shortly.",
    );
  const answered = new Response(response.body, response);
  answered.headers.set("cache-control", "private, no-store");
  return answered;
}
