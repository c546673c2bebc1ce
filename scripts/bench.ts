import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "../server/root";
import { runCommand } from "../server/run-command";

// npm run bench [-- name ...]    runs the named benchmarks, or all; see bench/runner/run.ts
// Installs the packages of bench/ at the first run: the product does not need them.
try {
  if (!existsSync(join(root, "bench/node_modules/.package-lock.json"))) {
    console.log("Installing the packages of the benchmarks (npm ci).");
    const options = ["--prefix", "bench", "--ignore-scripts", "--no-audit", "--no-fund"];
    await runCommand("npm ci", "npm", ["ci", ...options]);
  }
  const program = ["--import", "tsx", "bench/runner/run.ts", ...process.argv.slice(2)];
  await runCommand("The benchmark", process.execPath, program);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
