import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, posix, relative, sep } from "node:path";
import { z } from "zod";

// Next brings the tracer it has traced the routes with.
type Tracer = {
  nodeFileTrace(
    files: string[],
    options: { base: string; processCwd: string; ignore: (path: string) => boolean },
  ): Promise<{ fileList: Set<string>; warnings: Set<Error> }>;
};

const NEXT_PREFIX = "node_modules/next/";

/** What Next leaves out of its own traces, and why: its build and its dev server are in reach of `require`, and of nobody who is served. */
const EXCLUDED_FILES = [
  /\.(d\.[cm]?ts|map)$/,
  /^node_modules\/next\/dist\/compiled\/(webpack|jest-worker|babel|babel-packages|@babel|postcss|terser|@next\/react-refresh-utils)\//,
  /^node_modules\/next\/dist\/compiled\/next-server\/.*\.dev\.js$/,
  /^node_modules\/next\/dist\/compiled\/@mswjs\//,
  /^node_modules\/next\/dist\/(pages|build\/(webpack|swc|babel)|lib\/upgrade|docs)\//,
  /^node_modules\/next\/dist\/server\/(dev|mcp)\//,
  /^node_modules\/(react|react-dom)\/.*\.development\.js$/,
  /^node_modules\/(typescript|@next\/swc-[^/]+|@swc\/core|webpack|esbuild|@esbuild)\//,
];

/**
 * The files of node_modules that these programs load besides what is `known`, relative to `root`. What is known has been traced with
 * everything behind it, and is not walked again: that is nearly all of it.
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

/** The files of node_modules that the built pages and routes load, as Next has traced them. */
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
