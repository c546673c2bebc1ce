import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where files of the site are named: by code and styles, and by those files themselves. */
const ROOMS = [
  "app",
  "lib",
  "public",
  "proxy.ts",
  "instrumentation.ts",
  "instrumentation-client.ts",
  "next.config.js",
];
const CODE = /\.(tsx?|css|jsx?|mjs)$/;
const IN_PUBLIC = /\.(css|m?js|html?|svg|webmanifest|json|xml)$/;
/** Types of files that a page or an answer may name; others after a slash are routes, media or parts of programs. */
const KINDS =
  "avif|css|csv|gif|html?|ico|jpe?g|js|json|map|mjs|mp3|mp4|ogg|otf|pdf|png|svg|ttf|txt|wasm|wav|webm|webmanifest|webp|woff2?|xml|zip";
/** A file of `public/` by the name it has on the site, as a whole string or in `url(…)`, and one that is imported. */
const NAMED = new RegExp(
  String.raw`(?:["'\x60]|url\()(/[\w.@/-]+\.(?:${KINDS}))(?:[?#][^"'\x60)]*)?["'\x60)]`,
  "g",
);
const IMPORTED = /["'`](?:@|(?:\.\.?\/)+)\/?(public\/[^"'`]+)["'`]/g;
/** Next serves these from the folder of routes. */
const OF_ROUTES =
  /^\/(icon\d*|apple-icon\d*|opengraph-image|twitter-image|sitemap|robots|manifest|favicon)\.\w+$/;

/**
 * Names of static files that the code of a folder mentions and that are not in its `public/`, as `file: /name`. A bundler refuses an import that
 * leads nowhere by itself; a name in a string it does not know for one.
 */
export function missingStatic(folder: string): string[] {
  return ROOMS.flatMap((room) => filesOf(folder, room)).flatMap((file) => {
    const source = withoutComments(readFileSync(join(folder, file), "utf8"), /\.css$/.test(file));
    const named = [...source.matchAll(NAMED)]
      .map(([, name = ""]) => name)
      .filter((name) => !existsSync(join(folder, "public", name)) && !isRoute(folder, name));
    const imported = [...source.matchAll(IMPORTED)]
      .map(([, path = ""]) => path)
      .filter((path) => !existsSync(join(folder, path)))
      .map((path) => `/${path}`);
    return [...named, ...imported].map((name) => `${file}: ${name}`);
  });
}

/** Before a build: throws where one of those names leads nowhere. */
export function expectStatic(folder: string): void {
  const missing = missingStatic(folder);
  if (missing.length > 0) throw new Error(`public/ lacks what the code names:\n- ${missing.join("\n- ")}`);
}

function isRoute(folder: string, name: string): boolean {
  return name.startsWith("/api/") || (OF_ROUTES.test(name) && existsSync(join(folder, "app", name)));
}

function filesOf(folder: string, room: string): string[] {
  if (!existsSync(join(folder, room))) return [];
  if (CODE.test(room)) return [room];
  const read = room === "public" ? IN_PUBLIC : CODE;
  return readdirSync(join(folder, room), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && read.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length)
        .replace(/^[\\/]/, ""),
    )
    .filter((file) => !/(^|[\\/])(testing|generated)[\\/]/.test(file))
    .sort();
}

/** A string or a comment, whichever begins first: a string may hold what looks like a comment, and the other way about. */
const STRING = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`/.source;
const BLOCK = /\/\*[\s\S]*?\*\//.source;
/** Not what follows a scheme, in text or in `url(https://…)`. */
const LINE = /(?<!:)\/\/.*/.source;
const OF_CODE = new RegExp(`${STRING}|${BLOCK}|${LINE}`, "g");
const OF_STYLES = new RegExp(`${STRING}|${BLOCK}`, "g");

/** A comment names what it likes. */
function withoutComments(source: string, isStyle: boolean): string {
  return source.replace(isStyle ? OF_STYLES : OF_CODE, (found) => (found.startsWith("/") ? "" : found));
}
