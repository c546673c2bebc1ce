import { guarded } from "@/app/_server/guarded";
import { heard } from "@/app/_server/heard";
import { asProblem, problemResponse } from "@/app/_server/problem-response";
import { storages } from "@/app/_server/services";
import { notFound } from "@/lib/errors";
import { asLocal } from "@/lib/storage/local";
import { serveLocal } from "@/lib/storage/local/http";

type Context = { params: Promise<Record<string, string | string[]> | undefined> };

/**
 * The bytes of local storage, and nothing where they lie in S3. Not a `route()`: what lets a request in here is its signature and never a
 * session, as it is with S3, and its body is not JSON.
 */
function handle(request: Request, { params }: Context): Promise<Response> {
  return heard(request, params, () => answer(request));
}

async function answer(request: Request): Promise<Response> {
  const here = { public: asLocal(storages().public), private: asLocal(storages().private) };
  if (!here.public || !here.private) return guarded(problemResponse(notFound()));
  return guarded(
    await serveLocal(request, { public: here.public, private: here.private }, { report: asProblem }),
  );
}

export {
  handle as DELETE,
  handle as GET,
  handle as HEAD,
  handle as OPTIONS,
  handle as PATCH,
  handle as POST,
  handle as PUT,
};
