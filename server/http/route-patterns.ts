import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const routesManifest = z.record(z.string(), z.string());

/**
 * Reads the patterns of all pages and handlers, such as `/u/[handle]`: from the build, or in
 * development from the folders of `app/`.
 */
export function readRoutePatterns(root: string, { dev }: { dev: boolean }): string[] {
  const manifest = join(root, ".next", "app-path-routes-manifest.json");
  return dev
    ? listRouteFolders(join(root, "app"))
    : Object.values(routesManifest.parse(JSON.parse(readFileSync(manifest, "utf8"))));
}

function listRouteFolders(app: string): string[] {
  return readdirSync(app, { recursive: true, encoding: "utf8" })
    .filter((file) => /(^|\/)(page|route)\.tsx?$/.test(file))
    .map((file) => {
      const segments = file.split("/").slice(0, -1);
      return `/${segments.filter((segment) => !segment.startsWith("(")).join("/")}`;
    });
}
