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
/** Packages that no route may load before it needs them. */
const HEAVY_PACKAGES = ["sharp", "@img", "@hyzyla/pdfium", "@aws-sdk", "better-auth", "pdf-lib", "pino"];

type ImportCost = { ms: number; files: number; heavy: string[] };

/** Measures the cold start: the import of each API route's build output in a new process. */
export async function run(): Promise<BenchResult> {
  await buildAndPublish();
  const baseline = measureImport(
    join(buildBaselineApp(), ".next", "server", "app", "api", "hello", "route.js"),
  );
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
    rows: [{ route: "baseline Next route", ...baseline }, ...routes].map(({ route, ms, files, heavy }) => ({
      route,
      "import, ms": Math.round(ms),
      "ratio to the baseline": Number((ms / baseline.ms).toFixed(2)),
      files,
      heavy: heavy.join(" "),
    })),
    goals: [
      {
        what: "routes that load a heavy package",
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

/** Measures in new processes. Lists loaded files in another one, because the hook takes time. */
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

/** The code before the import, and the expression to print after it. */
type ProbeScript = { prologue: string; expression: string };

const TIMING_SCRIPT: ProbeScript = {
  prologue: "const begun = performance.now();",
  expression: "performance.now() - begun",
};

// The hook also sees ES modules, which `require.cache` does not contain.
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

function runInFreshProcess(file: string, { prologue, expression }: ProbeScript): unknown {
  // Without ensureUserland Next would load the route's code at its first request.
  const script = `${prologue}
    require(${JSON.stringify(file)}).routeModule.ensureUserland().then(() => {
      console.log(JSON.stringify(${expression}));
      process.exit(0);
    });`;
  const env = Object.assign({}, process.env, { NODE_ENV: "production" });
  const { stdout, stderr, status } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8", env });
  if (status !== 0) throw new Error(`${file} cannot be imported:\n${stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}
