import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const routesManifest = z.record(z.string(), z.string());

/** The patterns of all pages and handlers (`/u/[handle]`): from the build, or while there is none, from the folders. */
export function readRoutePatterns(root: string, { dev }: { dev: boolean }): string[] {
  const built = join(root, ".next", "app-path-routes-manifest.json");
  return dev
    ? listRouteFolders(join(root, "app"))
    : Object.values(routesManifest.parse(JSON.parse(readFileSync(built, "utf8"))));
}

function listRouteFolders(app: string): string[] {
  return readdirSync(app, { recursive: true, encoding: "utf8" })
    .filter((file) => /(^|\/)(page|route)\.tsx?$/.test(file))
    .map((file) => {
      const segments = file.split("/").slice(0, -1);
      return `/${segments.filter((segment) => !segment.startsWith("(")).join("/")}`;
    });
}
