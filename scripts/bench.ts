import { mkdir, readdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/** What a benchmark found. `rows` is a table; `goals` says what was to be reached, and whether it was. */
export type BenchResult = {
  name: string;
  rows: Record<string, string | number>[];
  goals: { what: string; goal: string; measured: string; met: boolean }[];
};

/** A module of `bench/`. */
export type Bench = { name: string; run(): Promise<BenchResult> };

const BENCH_FOLDER = fileURLToPath(new URL("../bench/", import.meta.url));

// npm run bench [-- name ...]: a table for people, and .bench/<name>.json for machines. A goal that is missed is said, and is no failure.
const { positionals } = parseArgs({ allowPositionals: true });
const benches = await Promise.all(
  (await readdir(BENCH_FOLDER))
    .filter((file) => file.endsWith(".ts"))
    .sort()
    .map(loadBench),
);
const wanted = positionals.length > 0 ? positionals : benches.map(({ name }) => name);
const unknown = wanted.filter((name) => !benches.some((bench) => bench.name === name));
if (unknown.length > 0) {
  console.error(
    `No benchmark is called ${unknown.join(", ")}. There are: ${benches.map(({ name }) => name).join(", ")}.`,
  );
  process.exit(1);
}
// One after the other: together they would measure each other.
for (const bench of benches.filter(({ name }) => wanted.includes(name))) await printResult(await bench.run());
process.exit(0);

async function loadBench(file: string): Promise<Bench> {
  const module: Partial<Bench> = await import(join(BENCH_FOLDER, file));
  const { name, run } = module;
  if (!name || !run) throw new Error(`bench/${file} exports no name and run`);
  if (name !== basename(file, ".ts")) throw new Error(`bench/${file} calls itself ${name}`);
  return { name, run };
}

async function printResult(result: BenchResult): Promise<void> {
  console.log(`\n${result.name}`);
  console.table(result.rows);
  for (const { what, goal, measured, met } of result.goals) {
    console.log(`${met ? "met   " : "MISSED"}  ${what}: ${measured} (goal ${goal})`);
  }
  await mkdir(".bench", { recursive: true });
  const machine = {
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
  };
  const written = { ...result, at: new Date().toISOString(), machine };
  await writeFile(join(".bench", `${result.name}.json`), `${JSON.stringify(written, null, 2)}\n`);
}
