import { mkdir, readdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Benchmark, BenchResult } from "./result";

const BENCHMARKS_FOLDER = fileURLToPath(new URL("../", import.meta.url));
const RESULTS_FOLDER = ".bench";

// Runs the named benchmarks, or all. Prints a table of each and writes .bench/<name>.json. A missed
// goal is printed and is no failure.
const { positionals } = parseArgs({ allowPositionals: true });
const files = (await readdir(BENCHMARKS_FOLDER)).filter((file) => file.endsWith(".ts")).sort();
const names = files.map((file) => basename(file, ".ts"));
const wanted = positionals.length > 0 ? positionals : names;
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`Unknown benchmark: ${unknown.join(", ")}. The benchmarks are: ${names.join(", ")}.`);
  process.exit(1);
}
// One after the other: benchmarks that run in parallel would slow each other down.
for (const name of names.filter((name) => wanted.includes(name))) {
  await reportResult(await (await loadBenchmark(name)).run());
}
process.exit(0);

async function loadBenchmark(name: string): Promise<Benchmark> {
  const module: Partial<Benchmark> = await import(join(BENCHMARKS_FOLDER, `${name}.ts`));
  if (module.name !== name || !module.run)
    throw new Error(`bench/${name}.ts must export its name and run().`);
  return { name, run: module.run };
}

async function reportResult(result: BenchResult): Promise<void> {
  console.log(`\n${result.name}`);
  console.table(result.rows);
  for (const { what, goal, measured, met } of result.goals) {
    console.log(`${met ? "met   " : "MISSED"}  ${what}: ${measured} (goal ${goal})`);
  }
  const machine = {
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
  };
  const report = { ...result, at: new Date().toISOString(), machine };
  await mkdir(RESULTS_FOLDER, { recursive: true });
  await writeFile(join(RESULTS_FOLDER, `${result.name}.json`), `${JSON.stringify(report, null, 2)}\n`);
}
