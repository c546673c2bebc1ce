/// <reference types="vite/client" />

type Handler = (
  request: Request,
  context: { params: Promise<Record<string, string | string[]> | undefined> },
) => Promise<Response>;
type Module = Record<string, Handler>;

const modules = import.meta.glob<Module>("../../../app/api/**/route.ts");

/** The paths of all route handlers, as the folders have them: "/api/files/[id]/content". */
export const HANDLER_PATHS = Object.keys(modules)
  .map((file) => file.replace("../../../app", "").replace(/\/route\.ts$/, ""))
  .sort();

/** Calls the handler that Next would choose for a request. */
export async function handleRequest(request: Request): Promise<Response> {
  const segments = new URL(request.url).pathname.split("/").slice(1).map(decodeURIComponent);
  const matches = HANDLER_PATHS.flatMap((path) => matchPath(path, segments) ?? []).sort((one, other) =>
    one.rank.localeCompare(other.rank),
  );
  const best = matches[0];
  const load = best && modules[`../../../app${best.path}/route.ts`];
  if (!load) throw new Error(`No handler for ${request.url}`);
  const handler = (await load())[request.method];
  if (!handler) throw new Error(`${best.path} exports no ${request.method}`);
  const params = Object.keys(best.params).length > 0 ? best.params : undefined;
  return handler(request, { params: Promise.resolve(params) });
}

type PathMatch = { path: string; params: Record<string, string | string[]>; rank: string };

/** Static segments come before parameters, parameters before catch-alls. */
function matchPath(path: string, segments: string[]): PathMatch | null {
  const params: PathMatch["params"] = {};
  let rank = "";
  const parts = path.split("/").slice(1);
  for (const [index, part] of parts.entries()) {
    const rest = /^\[\.\.\.(.+)\]$/.exec(part)?.[1];
    if (rest !== undefined) {
      if (segments.length <= index) return null;
      params[rest] = segments.slice(index);
      return { path, params, rank: `${rank}3` };
    }
    const name = /^\[(.+)\]$/.exec(part)?.[1];
    const segment = segments[index];
    if (segment === undefined || (name === undefined && segment !== part)) return null;
    if (name !== undefined) params[name] = segment;
    rank += name === undefined ? "1" : "2";
  }
  return parts.length === segments.length ? { path, params, rank } : null;
}
