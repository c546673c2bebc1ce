/** The result of a benchmark: a table, and its goals with the measured values. */
export type BenchResult = {
  name: string;
  rows: Record<string, string | number>[];
  goals: { what: string; goal: string; measured: string; met: boolean }[];
};

/** A module in `bench/`. Its file has the name of the benchmark. */
export type Benchmark = { name: string; run(): Promise<BenchResult> };
