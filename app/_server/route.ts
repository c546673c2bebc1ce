import type { z } from "zod";
import type { Viewer } from "@/lib/accounts/viewer";
import type { Role } from "@/lib/db/generated/enums";
import { env } from "@/lib/env";
import { Problem } from "@/lib/errors";
import { withPatience } from "@/lib/storage/patience";
import { guarded } from "./guarded";
import { heard } from "./heard";
import { readJson } from "./json-body";
import { asProblem, problemResponse } from "./problem-response";
import { sessionCookie, viewerFrom } from "./viewer";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
type Method = (typeof METHODS)[number];
type Params = Record<string, string | string[]>;
/** Next promises `undefined` where the address has no parameters, whatever its types say. */
type NextContext = { params: Promise<Params | undefined> };
type Handler = (request: Request, context: NextContext) => Promise<Response>;

/** Who may call: anybody (no session is looked up), everybody signed in, or these roles. */
export type Access = "anyone" | "signed-in" | readonly Role[];

type Endpoint<A extends Access, Body, Query> = {
  access: A;
  /** Parses the JSON body; without it the body is left unread. */
  body?: z.ZodType<Body>;
  query?: z.ZodType<Query>;
  /** What it does takes longer than an answer may, and it deals with that itself: a job, or what goes on behind its answer. */
  unhurried?: boolean;
  /** A GET that leaves a trace: HEAD is refused, so that nobody leaves it by accident. */
  effects?: boolean;
  handle(call: {
    request: Request;
    params: Record<string, string>;
    viewer: A extends "anyone" ? null : Viewer;
    body: Body;
    query: Query;
  }): Promise<Response>;
};

/** Keeps the types of one endpoint together; `route` takes them of every kind. */
export function endpoint<A extends Access, Body = undefined, Query = undefined>(
  options: Endpoint<A, Body, Query>,
): Handler & { effects: boolean } {
  const call: Handler = async (request, context) => {
    requireSameSite(request, options.access);
    const viewer = await requireViewer(request, options.access);
    const body = options.body ? parse(options.body, await readJson(request)) : undefined;
    const query = options.query
      ? parse(options.query, Object.fromEntries(new URL(request.url).searchParams))
      : undefined;
    const params = singleParams(await context.params);
    // The three casts say what the lines above made sure of, which conditional types cannot follow.
    const what = { request, params, viewer: viewer as never, body: body as Body, query: query as Query };
    return options.unhurried ? options.handle(what) : withPatience(() => options.handle(what));
  };
  return Object.assign(call, { effects: options.effects ?? false });
}

/** Every handler of the application: all methods answered, the order of checks kept, every error a problem document. */
export function route(
  endpoints: Partial<Record<Exclude<Method, "HEAD" | "OPTIONS">, ReturnType<typeof endpoint>>>,
): Record<Method, Handler> & { dynamic: "force-dynamic" } {
  const offered: Partial<Record<Method, Handler>> = { ...endpoints };
  const { GET } = endpoints;
  if (GET && !GET.effects)
    offered.HEAD = async (request, context) => withoutBody(await GET(request, context));
  const allow = [...Object.keys(offered), "OPTIONS"].join(", ");
  const refuse: Handler = async () => {
    throw new Problem("method_not_allowed", `This address answers ${allow}.`);
  };
  offered.OPTIONS = async () => new Response(null, { status: 204, headers: { allow } });
  const table = METHODS.map((method) => [method, answered(offered[method] ?? refuse, allow)] as const);
  // Next hands a dynamic route the request itself, and any other one three proxies around it.
  return { ...(Object.fromEntries(table) as Record<Method, Handler>), dynamic: "force-dynamic" };
}

function answered(handler: Handler, allow: string): Handler {
  const answer: Handler = async (request, context) => {
    try {
      return guarded(await handler(request, context));
    } catch (thrown) {
      const problem = asProblem(thrown);
      return guarded(problemResponse(problem, problem.code === "method_not_allowed" ? { allow } : {}));
    }
  };
  return (request, context) => heard(request, context.params, () => answer(request, context));
}

/**
 * OWASP: verify the origin of state-changing requests that cookies authenticate. Without the cookie there is nothing to ride on, and who needs
 * a session is told so; but where none is needed (signing in) a foreign origin could sign somebody in as somebody else.
 */
function requireSameSite({ method, headers }: Request, access: Access): void {
  if (method === "GET" || method === "HEAD") return;
  const origin = headers.get("origin");
  if (origin === ownOrigin()) return;
  if (sessionCookie(headers.get("cookie")) === null && (origin === null || access !== "anyone")) return;
  throw new Problem("cross_site", `Please use this site at ${env().APP_URL}.`);
}

let own: string | undefined;

function ownOrigin(): string {
  own ??= new URL(env().APP_URL).origin;
  return own;
}

async function requireViewer(request: Request, access: Access): Promise<Viewer | null> {
  if (access === "anyone") return null;
  const viewer = await viewerFrom(request.headers.get("cookie"));
  if (!viewer) throw new Problem("unauthenticated", "Please sign in first.");
  if (access !== "signed-in" && !access.includes(viewer.role)) {
    throw new Problem("forbidden", "Your role does not include this.");
  }
  return viewer;
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({ path: [...issue.path, key].join("."), message: "is not known here" }))
      : [{ path: issue.path.join("."), message: issue.message }],
  );
  throw new Problem("invalid", "Please look at what is marked.", { errors });
}

function singleParams(params: Params = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, Array.isArray(value) ? value.join("/") : value]),
  );
}

function withoutBody(response: Response): Response {
  return new Response(null, { status: response.status, headers: response.headers });
}
