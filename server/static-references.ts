import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The files that may name a static file. */
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
/** Extensions of static files. A name with another extension is a route, a medium or a module. */
const FILE_EXTENSIONS =
  "avif|css|csv|gif|html?|ico|jpe?g|js|json|map|mjs|mp3|mp4|ogg|otf|pdf|png|svg|ttf|txt|wasm|wav|webm|webmanifest|webp|woff2?|xml|zip";
/** Matches a URL path of a file of `public/`, as a complete string or in `url(…)`. */
const STATIC_REFERENCE = new RegExp(
  String.raw`(?:["'\x60]|url\()(/[\w.@/-]+\.(?:${FILE_EXTENSIONS}))(?:[?#][^"'\x60)]*)?["'\x60)]`,
  "g",
);
/** Matches an import of a file of `public/`. */
const PUBLIC_IMPORT = /["'`](?:@|(?:\.\.?\/)+)\/?(public\/[^"'`]+)["'`]/g;
/** Next serves these files from `app/`. */
const ROUTE_FILES =
  /^\/(icon\d*|apple-icon\d*|opengraph-image|twitter-image|sitemap|robots|manifest|favicon)\.\w+$/;

/**
 * Lists the static files that the code of `folder` names and that `public/` does not contain, as
 * `file: /name`. A bundler reports a broken import, but not a broken name in a string.
 */
export function findMissingStaticFiles(folder: string): string[] {
  return SOURCE_PATHS.flatMap((path) => listSourceFiles(folder, path)).flatMap((file) => {
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

/** Throws before a build if the code names a missing static file. */
export function requireStaticFiles(folder: string): void {
  const missing = findMissingStaticFiles(folder);
  if (missing.length > 0)
    throw new Error(`The code names files that public/ does not contain:\n- ${missing.join("\n- ")}`);
}

function isRoute(folder: string, name: string): boolean {
  return name.startsWith("/api/") || (ROUTE_FILES.test(name) && existsSync(join(folder, "app", name)));
}

function listSourceFiles(folder: string, path: string): string[] {
  if (!existsSync(join(folder, path))) return [];
  if (CODE_FILES.test(path)) return [path];
  const pattern = path === "public" ? PUBLIC_FILES : CODE_FILES;
  return readdirSync(join(folder, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length)
        .replace(/^[\\/]/, ""),
    )
    .filter((file) => !/(^|[\\/])(testing|generated)[\\/]/.test(file))
    .sort();
}

// One expression matches strings and comments: each may contain text that looks like the other.
const STRING_PATTERN = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`/.source;
const BLOCK_COMMENT = /\/\*[\s\S]*?\*\//.source;
/** Does not match after the colon of a scheme, in text or in `url(https://…)`. */
const LINE_COMMENT = /(?<!:)\/\/.*/.source;
const CODE_TOKENS = new RegExp(`${STRING_PATTERN}|${BLOCK_COMMENT}|${LINE_COMMENT}`, "g");
const STYLE_TOKENS = new RegExp(`${STRING_PATTERN}|${BLOCK_COMMENT}`, "g");

/** Removes comments: they may name files that do not exist. */
function stripComments(source: string, isStyle: boolean): string {
  return source.replace(isStyle ? STYLE_TOKENS : CODE_TOKENS, (token) =>
    token.startsWith("/") ? "" : token,
  );
}
