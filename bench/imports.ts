import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { buildAndPublish } from "../server/build";
import { root } from "../server/root";
import { buildBaselineApp } from "./peers/baseline-app";
import { median } from "./runner/median";
import type { BenchResult } from "./runner/result";

export const name = "imports";

const RUNS = 5;
/** What no route may load before somebody needs it. */
const HEAVY_PACKAGES = ["sharp", "@img", "@hyzyla/pdfium", "@aws-sdk", "better-auth", "pdf-lib", "pino"];

type ImportCost = { ms: number; files: number; heavy: string[] };

/** What a function costs before its first request: the import of each API route's build output in a fresh process. */
export async function run(): Promise<BenchResult> {
  await buildAndPublish();
  const floor = measureImport(join(buildBaselineApp(), ".next", "server", "app", "api", "hello", "route.js"));
  const folder = join(root, ".next", "server", "app", "api");
  const routes = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith("route.js"))
    .sort()
    .map((file) => ({
      route: `/api/${file.replace(/\/?route\.js$/, "")}`,
      ...measureImport(join(folder, file)),
    }));
  const loading = routes.filter(({ heavy }) => heavy.length > 0);
  const slowest = Math.max(...routes.map(({ ms }) => ms));
  return {
    name,
    rows: [{ route: "bare Next route", ...floor }, ...routes].map(({ route, ms, files, heavy }) => ({
      route,
      "import, ms": Math.round(ms),
      "beside the bare one": Number((ms / floor.ms).toFixed(2)),
      files,
      heavy: heavy.join(" "),
    })),
    goals: [
      {
        what: "routes that load something heavy",
        goal: "none",
        measured: loading.map(({ route }) => route).join(" ") || "none",
        met: loading.length === 0,
      },
      {
        what: "slowest import",
        goal: "under 250 ms",
        measured: `${Math.round(slowest)} ms`,
        met: slowest < 250,
      },
    ],
  };
}

/** Of fresh processes. What is loaded is asked of one more: whoever listens to every resolution holds it up. */
function measureImport(file: string): ImportCost {
  const ms = median(
    Array.from({ length: RUNS }, () => z.number().parse(runInFreshProcess(file, TIMING_SCRIPT))),
  );
  const loaded = z.array(z.string()).parse(runInFreshProcess(file, LOADED_FILES_SCRIPT));
  const heavy = HEAVY_PACKAGES.filter((name) =>
    loaded.some((path) => path.includes(`/node_modules/${name}/`)),
  );
  return { ms, files: loaded.length, heavy };
}

/** What is to be said before, and what after. */
type ProbeScript = { prologue: string; expression: string };

const TIMING_SCRIPT: ProbeScript = {
  prologue: "const begun = performance.now();",
  expression: "performance.now() - begun",
};

// `require.cache` does not know what was imported as a module; the hook sees both.
const LOADED_FILES_SCRIPT: ProbeScript = {
  prologue: `
    const loaded = new Set();
    require("node:module").registerHooks({
      resolve(specifier, context, next) {
        const found = next(specifier, context);
        loaded.add(found.url);
        return found;
      },
    });`,
  expression: "[...loaded]",
};

function runInFreshProcess(file: string, { prologue: before, expression: after }: ProbeScript): unknown {
  // Next loads a route's own code at its first request.
  const script = `${before}
    require(${JSON.stringify(file)}).routeModule.ensureUserland().then(() => {
      console.log(JSON.stringify(${after}));
      process.exit(0);
    });`;
  const env = Object.assign({}, process.env, { NODE_ENV: "production" });
  const { stdout, stderr, status } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8", env });
  if (status !== 0) throw new Error(`${file} cannot be imported:\n${stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}
