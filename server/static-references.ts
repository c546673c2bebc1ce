import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where files of the site are named: by code and styles, and by those files themselves. */
const SOURCE_PATHS = [
  "app",
  "lib",
  "public",
  "proxy.ts",
  "instrumentation.ts",
  "instrumentation-client.ts",
  "next.config.js",
];
const CODE_FILES = /\.(tsx?|css|jsx?|mjs)$/;
const PUBLIC_FILES = /\.(css|m?js|html?|svg|webmanifest|json|xml)$/;
/** Types of files that a page or an answer may name; others after a slash are routes, media or parts of programs. */
const FILE_EXTENSIONS =
  "avif|css|csv|gif|html?|ico|jpe?g|js|json|map|mjs|mp3|mp4|ogg|otf|pdf|png|svg|ttf|txt|wasm|wav|webm|webmanifest|webp|woff2?|xml|zip";
/** A file of `public/` by the name it has on the site, as a whole string or in `url(…)`, and one that is imported. */
const STATIC_REFERENCE = new RegExp(
  String.raw`(?:["'\x60]|url\()(/[\w.@/-]+\.(?:${FILE_EXTENSIONS}))(?:[?#][^"'\x60)]*)?["'\x60)]`,
  "g",
);
const PUBLIC_IMPORT = /["'`](?:@|(?:\.\.?\/)+)\/?(public\/[^"'`]+)["'`]/g;
/** Next serves these from the folder of routes. */
const ROUTE_FILES =
  /^\/(icon\d*|apple-icon\d*|opengraph-image|twitter-image|sitemap|robots|manifest|favicon)\.\w+$/;

/**
 * Names of static files that the code of a folder mentions and that are not in its `public/`, as `file: /name`. A bundler refuses an import that
 * leads nowhere by itself; a name in a string it does not know for one.
 */
export function findMissingStaticFiles(folder: string): string[] {
  return SOURCE_PATHS.flatMap((room) => listSourceFiles(folder, room)).flatMap((file) => {
    const source = stripComments(readFileSync(join(folder, file), "utf8"), /\.css$/.test(file));
    const named = [...source.matchAll(STATIC_REFERENCE)]
      .map(([, name = ""]) => name)
      .filter((name) => !existsSync(join(folder, "public", name)) && !isRoute(folder, name));
    const imported = [...source.matchAll(PUBLIC_IMPORT)]
      .map(([, path = ""]) => path)
      .filter((path) => !existsSync(join(folder, path)))
      .map((path) => `/${path}`);
    return [...named, ...imported].map((name) => `${file}: ${name}`);
  });
}

/** Before a build: throws where one of those names leads nowhere. */
export function requireStaticFiles(folder: string): void {
  const missing = findMissingStaticFiles(folder);
  if (missing.length > 0) throw new Error(`public/ lacks what the code names:\n- ${missing.join("\n- ")}`);
}

function isRoute(folder: string, name: string): boolean {
  return name.startsWith("/api/") || (ROUTE_FILES.test(name) && existsSync(join(folder, "app", name)));
}

function listSourceFiles(folder: string, room: string): string[] {
  if (!existsSync(join(folder, room))) return [];
  if (CODE_FILES.test(room)) return [room];
  const read = room === "public" ? PUBLIC_FILES : CODE_FILES;
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
const STRING_PATTERN = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`/.source;
const BLOCK_COMMENT = /\/\*[\s\S]*?\*\//.source;
/** Not what follows a scheme, in text or in `url(https://…)`. */
const LINE_COMMENT = /(?<!:)\/\/.*/.source;
const CODE_TOKENS = new RegExp(`${STRING_PATTERN}|${BLOCK_COMMENT}|${LINE_COMMENT}`, "g");
const STYLE_TOKENS = new RegExp(`${STRING_PATTERN}|${BLOCK_COMMENT}`, "g");

/** A comment names what it likes. */
function stripComments(source: string, isStyle: boolean): string {
  return source.replace(isStyle ? STYLE_TOKENS : CODE_TOKENS, (found) => (found.startsWith("/") ? "" : found));
}
