import type { z } from "zod";
import { requireFreshSession, type SessionRef } from "@/lib/accounts/session";
import { env } from "@/lib/config/env";
import type { Role } from "@/lib/db/generated/enums";
import { Problem, unauthenticatedProblem } from "@/lib/errors";
import { PERSON_HEADER, requireSamePerson } from "@/lib/permissions/same-person";
import { requireSecondFactor } from "@/lib/permissions/second-factor";
import type { Viewer } from "@/lib/permissions/viewer";
import { withTimeBudget } from "@/lib/storage/time-budget";
import { clock, db } from "./app-context";
import { readJson } from "./json-body";
import { problemResponse, toProblem } from "./problem-response";
import { findViewerByCookie, readSessionCookie, readSessionToken } from "./viewer";
import { withRequestLogging } from "./with-request-logging";
import { withSecurityHeaders } from "./with-security-headers";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
type Method = (typeof METHODS)[number];
type RouteParams = Record<string, string | string[]>;
/** A URL without parameters resolves to `undefined`, against the types of Next. */
type NextContext = { params: Promise<RouteParams | undefined> };
type Handler = (request: Request, context: NextContext) => Promise<Response>;

/**
 * Who may call: anyone (no session is read), every signed-in viewer, or these roles. "session" is
 * every signed-in viewer too, but the handler checks the session within a statement of its own.
 */
export type RequiredAccess = "anyone" | "signed-in" | "session" | readonly Role[];
type CallerOf<A extends RequiredAccess> = A extends "anyone"
  ? null
  : A extends "session"
    ? SessionRef
    : Viewer;

type Endpoint<A extends RequiredAccess, Body, Query> = {
  requiredAccess: A;
  /** Parses the JSON body. Without it the body is not read. */
  body?: z.ZodType<Body>;
  query?: z.ZodType<Query>;
  /** Requires a sign-in within the last 12 hours. */
  needsFreshSession?: boolean;
  /** Also for a person who still lacks the second factor of their role: what /security does. */
  allowsMissingSecondFactor?: boolean;
  /** The handler limits its own time: a job, or work that continues after the response. */
  longRunning?: boolean;
  /** A GET that writes, such as to the access log. Its HEAD is rejected. */
  hasSideEffects?: boolean;
  handle(call: {
    request: Request;
    params: Record<string, string>;
    viewer: CallerOf<A>;
    body: Body;
    query: Query;
  }): Promise<Response>;
};

/** Creates the handler of one method; its type connects schema and handler. */
export function endpoint<A extends RequiredAccess, Body = undefined, Query = undefined>(
  options: Endpoint<A, Body, Query>,
): Handler & { hasSideEffects: boolean } {
  const handler: Handler = async (request, context) => {
    requireSameOrigin(request, options.requiredAccess);
    if (options.requiredAccess !== "session") {
      const viewer = await authorize(request, options.requiredAccess, options.allowsMissingSecondFactor);
      if (options.needsFreshSession)
        await requireFreshSession({ db: db(), clock }, readSession(request).token);
      return handle(request, context, viewer);
    }
    try {
      return await handle(request, context, readSession(request));
    } catch (error) {
      // A missing session comes before every other refusal.
      await authorize(request, "signed-in");
      throw error;
    }
  };
  const handle = async (request: Request, context: NextContext, caller: Viewer | SessionRef | null) => {
    const body = options.body ? parseWithSchema(options.body, await readJson(request)) : undefined;
    const query = options.query
      ? parseWithSchema(options.query, Object.fromEntries(new URL(request.url).searchParams))
      : undefined;
    const params = joinCatchAllParams(await context.params);
    // The caller of this function guarantees the type, but conditional types cannot express it.
    const viewer = caller as CallerOf<A>;
    const call = { request, params, viewer, body: body as Body, query: query as Query };
    return options.longRunning ? options.handle(call) : withTimeBudget(() => options.handle(call));
  };
  return Object.assign(handler, { hasSideEffects: options.hasSideEffects ?? false });
}

/**
 * Creates the handlers of a route: all methods, the order of checks, errors as problem documents.
 */
export function route(
  endpoints: Partial<Record<Exclude<Method, "HEAD" | "OPTIONS">, ReturnType<typeof endpoint>>>,
): Record<Method, Handler> & { dynamic: "force-dynamic" } {
  const offered: Partial<Record<Method, Handler>> = { ...endpoints };
  const { GET } = endpoints;
  if (GET && !GET.hasSideEffects)
    offered.HEAD = async (request, context) => withoutBody(await GET(request, context));
  const allow = [...Object.keys(offered), "OPTIONS"].join(", ");
  const reject: Handler = async () => {
    throw new Problem("method_not_allowed", `This URL supports only ${allow}.`);
  };
  offered.OPTIONS = async () => new Response(null, { status: 204, headers: { allow } });
  const table = METHODS.map(
    (method) => [method, withErrorHandling(offered[method] ?? reject, allow)] as const,
  );
  // Next wraps the request of a static route in three proxies.
  return { ...(Object.fromEntries(table) as Record<Method, Handler>), dynamic: "force-dynamic" };
}

function withErrorHandling(handler: Handler, allow: string): Handler {
  const withProblems: Handler = async (request, context) => {
    try {
      return withSecurityHeaders(await handler(request, context));
    } catch (error) {
      const problem = toProblem(error);
      const headers: Record<string, string> = problem.code === "method_not_allowed" ? { allow } : {};
      return withSecurityHeaders(problemResponse(problem, headers));
    }
  };
  return (request, context) =>
    withRequestLogging(request, context.params, () => withProblems(request, context));
}

/**
 * Rejects a write from another site (OWASP CSRF cheat sheet). A request without a session cookie
 * gets 401 instead. An endpoint without sessions, such as sign-in, also rejects a foreign origin,
 * because another site could sign a visitor in to a foreign account.
 */
function requireSameOrigin({ method, headers }: Request, access: RequiredAccess): void {
  if (isRead(method)) return;
  const origin = headers.get("origin");
  if (origin === appOrigin()) return;
  if (readSessionCookie(headers.get("cookie")) === null && (origin === null || access !== "anyone")) return;
  throw new Problem(
    "cross_site",
    `The request came from another site or address. Open ${env().APP_URL} and try again.`,
  );
}

let cachedAppOrigin: string | undefined;

function appOrigin(): string {
  cachedAppOrigin ??= new URL(env().APP_URL).origin;
  return cachedAppOrigin;
}

/**
 * Finds the viewer and checks that they may call. Before the role, it checks that a page which
 * writes was drawn for this viewer; a route without sessions, such as those of Better Auth, too.
 */
async function authorize(
  { method, headers }: Request,
  access: RequiredAccess,
  allowsMissingSecondFactor = false,
): Promise<Viewer | null> {
  const person = isRead(method) ? null : headers.get(PERSON_HEADER);
  if (access === "anyone" && person === null) return null;
  const viewer = await findViewerByCookie(headers.get("cookie"));
  if (viewer) requireSamePerson(viewer, person, PERSON_HEADER);
  if (access === "anyone") return null;
  if (!viewer) throw unauthenticatedProblem();
  if (!allowsMissingSecondFactor) requireSecondFactor(viewer, env().REQUIRE_SECOND_FACTOR);
  if (access !== "signed-in" && !access.includes(viewer.role)) {
    throw new Problem("forbidden", "Your role does not allow this. An admin can change your role.");
  }
  return viewer;
}

/** Reads the session of a request without a query. Errors: unauthenticated. */
function readSession({ headers }: Request): SessionRef {
  const token = readSessionToken(headers.get("cookie"));
  if (token === null) throw unauthenticatedProblem();
  return { token, person: headers.get(PERSON_HEADER) };
}

function isRead(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

/** Parses a body or query. Errors: invalid, with one entry for each problem. */
export function parseWithSchema<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          path: [...issue.path, key].join("."),
          message: "is not a known property",
        }))
      : [{ path: issue.path.join("."), message: issue.message }],
  );
  throw new Problem("invalid", "Some entries are not valid. Check the marked entries.", { errors });
}

function joinCatchAllParams(params: RouteParams = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, Array.isArray(value) ? value.join("/") : value]),
  );
}

function withoutBody(response: Response): Response {
  return new Response(null, { status: response.status, headers: response.headers });
}
