import type { z } from "zod";
import type { Viewer } from "@/lib/permissions/viewer";
import type { Role } from "@/lib/db/generated/enums";
import { env } from "@/lib/config/env";
import { Problem } from "@/lib/errors";
import { withTimeBudget } from "@/lib/storage/time-budget";
import { withSecurityHeaders } from "./with-security-headers";
import { withRequestLogging } from "./with-request-logging";
import { readJson } from "./json-body";
import { toProblem, problemResponse } from "./problem-response";
import { readSessionCookie, findViewerByCookie } from "./viewer";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
type Method = (typeof METHODS)[number];
type RouteParams = Record<string, string | string[]>;
/** Next promises `undefined` where the address has no parameters, whatever its types say. */
type NextContext = { params: Promise<RouteParams | undefined> };
type Handler = (request: Request, context: NextContext) => Promise<Response>;

/** Who may call: anybody (no session is looked up), everybody signed in, or these roles. */
export type RequiredAccess = "anyone" | "signed-in" | readonly Role[];

type Endpoint<A extends RequiredAccess, Body, Query> = {
  requiredAccess: A;
  /** Parses the JSON body; without it the body is left unread. */
  body?: z.ZodType<Body>;
  query?: z.ZodType<Query>;
  /** What it does takes longer than an answer may, and it deals with that itself: a job, or what goes on behind its answer. */
  longRunning?: boolean;
  /** A GET that leaves a trace: HEAD is refused, so that nobody leaves it by accident. */
  hasSideEffects?: boolean;
  handle(call: {
    request: Request;
    params: Record<string, string>;
    viewer: A extends "anyone" ? null : Viewer;
    body: Body;
    query: Query;
  }): Promise<Response>;
};

/** Keeps the types of one endpoint together; `route` takes them of every kind. */
export function endpoint<A extends RequiredAccess, Body = undefined, Query = undefined>(
  options: Endpoint<A, Body, Query>,
): Handler & { hasSideEffects: boolean } {
  const call: Handler = async (request, context) => {
    requireSameOrigin(request, options.requiredAccess);
    const viewer = await authorize(request, options.requiredAccess);
    const body = options.body ? parseWithSchema(options.body, await readJson(request)) : undefined;
    const query = options.query
      ? parseWithSchema(options.query, Object.fromEntries(new URL(request.url).searchParams))
      : undefined;
    const params = joinCatchAllParams(await context.params);
    // The three casts say what the lines above made sure of, which conditional types cannot follow.
    const what = { request, params, viewer: viewer as never, body: body as Body, query: query as Query };
    return options.longRunning ? options.handle(what) : withTimeBudget(() => options.handle(what));
  };
  return Object.assign(call, { hasSideEffects: options.hasSideEffects ?? false });
}

/** Every handler of the application: all methods answered, the order of checks kept, every error a problem document. */
export function route(
  endpoints: Partial<Record<Exclude<Method, "HEAD" | "OPTIONS">, ReturnType<typeof endpoint>>>,
): Record<Method, Handler> & { dynamic: "force-dynamic" } {
  const offered: Partial<Record<Method, Handler>> = { ...endpoints };
  const { GET } = endpoints;
  if (GET && !GET.hasSideEffects)
    offered.HEAD = async (request, context) => withoutBody(await GET(request, context));
  const allow = [...Object.keys(offered), "OPTIONS"].join(", ");
  const refuse: Handler = async () => {
    throw new Problem("method_not_allowed", `This address answers ${allow}.`);
  };
  offered.OPTIONS = async () => new Response(null, { status: 204, headers: { allow } });
  const table = METHODS.map((method) => [method, withErrorHandling(offered[method] ?? refuse, allow)] as const);
  // Next hands a dynamic route the request itself, and any other one three proxies around it.
  return { ...(Object.fromEntries(table) as Record<Method, Handler>), dynamic: "force-dynamic" };
}

function withErrorHandling(handler: Handler, allow: string): Handler {
  const answer: Handler = async (request, context) => {
    try {
      return withSecurityHeaders(await handler(request, context));
    } catch (thrown) {
      const problem = toProblem(thrown);
      return withSecurityHeaders(problemResponse(problem, problem.code === "method_not_allowed" ? { allow } : {}));
    }
  };
  return (request, context) => withRequestLogging(request, context.params, () => answer(request, context));
}

/**
 * OWASP: verify the origin of state-changing requests that cookies authenticate. Without the cookie there is nothing to ride on, and who needs
 * a session is told so; but where none is needed (signing in) a foreign origin could sign somebody in as somebody else.
 */
function requireSameOrigin({ method, headers }: Request, access: RequiredAccess): void {
  if (method === "GET" || method === "HEAD") return;
  const origin = headers.get("origin");
  if (origin === appOrigin()) return;
  if (readSessionCookie(headers.get("cookie")) === null && (origin === null || access !== "anyone")) return;
  throw new Problem("cross_site", `Please use this site at ${env().APP_URL}.`);
}

let cachedAppOrigin: string | undefined;

function appOrigin(): string {
  cachedAppOrigin ??= new URL(env().APP_URL).origin;
  return cachedAppOrigin;
}

async function authorize(request: Request, access: RequiredAccess): Promise<Viewer | null> {
  if (access === "anyone") return null;
  const viewer = await findViewerByCookie(request.headers.get("cookie"));
  if (!viewer) throw new Problem("unauthenticated", "Please sign in first.");
  if (access !== "signed-in" && !access.includes(viewer.role)) {
    throw new Problem("forbidden", "Your role does not include this.");
  }
  return viewer;
}

function parseWithSchema<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({ path: [...issue.path, key].join("."), message: "is not known here" }))
      : [{ path: issue.path.join("."), message: issue.message }],
  );
  throw new Problem("invalid", "Please look at what is marked.", { errors });
}

function joinCatchAllParams(params: RouteParams = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, Array.isArray(value) ? value.join("/") : value]),
  );
}

function withoutBody(response: Response): Response {
  return new Response(null, { status: response.status, headers: response.headers });
}
