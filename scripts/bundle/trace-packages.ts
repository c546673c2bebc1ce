import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, posix, relative, sep } from "node:path";
import { z } from "zod";

// The tracer is the one that Next contains and traces the routes with.
type Tracer = {
  nodeFileTrace(
    files: string[],
    options: { base: string; processCwd: string; ignore: (path: string) => boolean },
  ): Promise<{ fileList: Set<string>; warnings: Set<Error> }>;
};

const NEXT_PREFIX = "node_modules/next/";

/** Files that Next excludes from its own traces: its build and its dev server. */
const EXCLUDED_FILES = [
  /\.(d\.[cm]?ts|map)$/,
  /^node_modules\/next\/dist\/compiled\/(webpack|jest-worker|babel|babel-packages|@babel|postcss|terser|@next\/react-refresh-utils)\//,
  /^node_modules\/next\/dist\/compiled\/next-server\/.*\.dev\.js$/,
  /^node_modules\/next\/dist\/compiled\/@mswjs\//,
  /^node_modules\/next\/dist\/(pages|build\/(webpack|swc|babel)|lib\/upgrade|docs)\//,
  /^node_modules\/next\/dist\/server\/(dev|mcp)\//,
  /^node_modules\/(react|react-dom)\/.*\.development\.js$/,
  // The renderer of mails loads it only to indent HTML.
  /^node_modules\/prettier\//,
  /^node_modules\/(typescript|@next\/swc-[^/]+|@swc\/core|webpack|esbuild|@esbuild)\//,
];

/**
 * Lists the files of node_modules that the programs load and that are not `known`, relative to
 * `root`. Does not trace known files again, because Next has traced them with their imports.
 */
export async function traceCommandFiles(
  root: string,
  programs: string[],
  known: ReadonlySet<string>,
): Promise<string[]> {
  const tracer: Tracer = createRequire(join(root, "package.json"))("next/dist/compiled/@vercel/nft");
  const { fileList } = await tracer.nodeFileTrace(programs, {
    base: root,
    processCwd: root,
    ignore: (path) =>
      (known.has(path) && !path.startsWith(NEXT_PREFIX)) ||
      EXCLUDED_FILES.some((pattern) => pattern.test(path)),
  });
  return [...fileList].filter((path) => path.startsWith("node_modules/"));
}

const traceSchema = z.object({ files: z.array(z.string()) });

/** Reads the files of node_modules that the built pages and routes load, from Next's traces. */
export async function readRouteFiles(root: string): Promise<ReadonlySet<string>> {
  const build = join(root, ".next");
  const found = new Set<string>();
  for (const name of await readdir(build, { recursive: true })) {
    if (!name.endsWith(".nft.json") || name === "next-minimal-server.js.nft.json") continue;
    const { files } = traceSchema.parse(JSON.parse(await readFile(join(build, name), "utf8")));
    for (const file of files) {
      const path = relative(root, join(dirname(join(build, name)), file))
        .split(sep)
        .join(posix.sep);
      if (path.startsWith("node_modules/")) found.add(path);
    }
  }
  return found;
}
