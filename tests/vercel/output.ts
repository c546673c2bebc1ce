import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { z } from "zod";

// The parts of `vercel build`'s output that the tests read:
// https://vercel.com/docs/build-output-api

const configSchema = z.object({
  version: z.literal(3),
  crons: z.array(z.object({ path: z.string(), schedule: z.string() })),
  routes: z.array(
    z.object({
      src: z.string().optional(),
      dest: z.string().optional(),
      status: z.number().optional(),
      headers: z.record(z.string(), z.string()).optional(),
      middlewarePath: z.string().optional(),
    }),
  ),
  images: z.unknown().optional(),
});

const functionSchema = z.object({
  runtime: z.string(),
  handler: z.string(),
  maxDuration: z.number().optional(),
  environment: z.record(z.string(), z.string()).optional(),
  filePathMap: z.record(z.string(), z.string()).default({}),
});

/** One function, which may serve several routes. */
export type VercelFunction = z.infer<typeof functionSchema> & {
  folder: string;
  /** The routes of the function, without those that Next adds for its navigation. */
  routes: string[];
  /** The current path of each file, by its path in the function. */
  files: Map<string, string>;
  /** Targets of the symbolic links, which Turbopack creates for packages outside the bundle. */
  links: Map<string, string>;
  /** The size of all files, uncompressed. */
  bytes: number;
  /** The size of each package in bytes. */
  packages: Map<string, number>;
};

export type VercelOutput = {
  config: z.infer<typeof configSchema>;
  functions: VercelFunction[];
  /** SHA-256 of each static file, by its path. */
  staticHashes: Map<string, string>;
};

/** Reads `.vercel/output` of a project. */
export function readOutput(project: string): VercelOutput {
  const output = join(project, ".vercel/output");
  return {
    config: configSchema.parse(JSON.parse(readFileSync(join(output, "config.json"), "utf8"))),
    functions: readFunctions(project, join(output, "functions")),
    staticHashes: hashFiles(join(output, "static")),
  };
}

/** Finds the function of a route. Throws if there is none. */
export function findFunction({ functions }: Pick<VercelOutput, "functions">, route: string): VercelFunction {
  const found = functions.find(({ routes }) => routes.includes(route));
  if (!found) throw new Error(`There is no function for ${route}.`);
  return found;
}

/** Returns the SHA-256 of every file in a folder, by its relative path. */
export function hashFiles(folder: string): Map<string, string> {
  return new Map(
    listFiles(folder).map((path) => [
      relative(folder, path).split(sep).join("/"),
      createHash("sha256").update(readFileSync(path)).digest("hex"),
    ]),
  );
}

function readFunctions(project: string, folder: string): VercelFunction[] {
  const routes = new Map<string, string[]>();
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const entry of entries.filter((name) => name.endsWith(".func"))) {
    const real = realpathSync(join(folder, entry));
    const route = `/${entry.slice(0, -".func".length).split(sep).join("/")}`;
    routes.set(real, [...(routes.get(real) ?? []), route]);
  }
  return [...routes].map(([real, names]) => readFunction(project, real, names));
}

function readFunction(project: string, folder: string, allRoutes: string[]): VercelFunction {
  const config = functionSchema.parse(JSON.parse(readFileSync(join(folder, ".vc-config.json"), "utf8")));
  const files = new Map<string, string>();
  for (const path of listFiles(folder)) files.set(relative(folder, path).split(sep).join("/"), path);
  const links = new Map<string, string>();
  for (const [name, relativePath] of Object.entries(config.filePathMap)) {
    const path = join(project, relativePath);
    const found = lstatSync(path);
    if (found.isSymbolicLink()) links.set(name, readlinkSync(path));
    else if (found.isFile()) files.set(name, path);
  }
  let bytes = 0;
  const packages = new Map<string, number>();
  for (const [name, path] of files) {
    const { size } = statSync(path);
    bytes += size;
    const owner = packageOf(name);
    if (owner) packages.set(owner, (packages.get(owner) ?? 0) + size);
  }
  const routes = allRoutes.filter((route) => !/\.rsc$|\.segments\//.test(route)).sort();
  return { ...config, folder, routes, files, links, bytes, packages };
}

/** Returns the package of a file of a function, or null. */
function packageOf(name: string): string | null {
  const inside = /(?:^|.*\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(name);
  return inside?.[1] ?? null;
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
