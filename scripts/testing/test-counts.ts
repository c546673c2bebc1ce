import { stripVTControlCharacters } from "node:util";
import { z } from "zod";

/**
 * What a check found out: how many things held, and by name (and why) those that did not or could
 * not be tried.
 */
export type TestCounts = { passed: number; failed: string[]; skipped: string[] };

const vitestReportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).optional(),
        }),
      ),
    }),
  ),
});

/**
 * Counts the JSON report of Vitest. A file that failed before or beside its tests is one failure
 * more.
 */
export function countVitest(report: unknown, root: string): TestCounts {
  const counts: TestCounts = { passed: 0, failed: [], skipped: [] };
  for (const { name, status, assertionResults } of vitestReportSchema.parse(report).testResults) {
    const file = name.replace(root, "");
    for (const { fullName, status, failureMessages } of assertionResults) {
      if (status === "passed") counts.passed++;
      else if (status === "failed")
        counts.failed.push(`${file}: ${fullName}${firstErrorLine(failureMessages?.[0])}`);
      else counts.skipped.push(`${file}: ${fullName}`);
    }
    const hasFailure = assertionResults.some((result) => result.status === "failed");
    if (status === "failed" && !hasFailure) counts.failed.push(`${file}: the file itself`);
  }
  return counts;
}

type Suite = z.infer<typeof suiteSchema>;
const specSchema = z.object({
  title: z.string(),
  tests: z.array(
    z.object({
      projectName: z.string(),
      status: z.string(),
      results: z
        .array(z.object({ error: z.object({ message: z.string().optional() }).optional() }))
        .optional(),
    }),
  ),
});
const suiteSchema = z.object({
  title: z.string(),
  specs: z.array(specSchema).optional(),
  get suites() {
    return z.array(suiteSchema).optional();
  },
});
const playwrightReportSchema = z.object({
  suites: z.array(suiteSchema),
  errors: z.array(z.object({ message: z.string().optional() })),
});

/** Counts the JSON report of Playwright. What needed a second try has failed. */
export function countPlaywright(report: unknown): TestCounts {
  const { suites, errors } = playwrightReportSchema.parse(report);
  const counts: TestCounts = {
    passed: 0,
    failed: errors.map(({ message }) => `e2e: ${message}`),
    skipped: [],
  };
  const visit = ({ specs = [], suites = [] }: Suite, path: string) => {
    for (const { title, tests } of specs) {
      for (const { projectName, status, results = [] } of tests) {
        const name = `e2e (${projectName}): ${path}${title}`;
        if (status === "expected") counts.passed++;
        else if (status === "skipped") counts.skipped.push(name);
        else counts.failed.push(name + firstErrorLine(results.find(({ error }) => error)?.error?.message));
      }
    }
    for (const inner of suites) visit(inner, `${path}${inner.title} `);
  };
  for (const file of suites) visit(file, `${file.title} `);
  return counts;
}

/** The error's first line: where only the end of a long output is kept, it is all that is known. */
function firstErrorLine(message = ""): string {
  const first = stripVTControlCharacters(message).trim().split("\n", 1)[0] ?? "";
  return first && `\n      ${first.slice(0, 300)}`;
}

/** Adds counts up. */
export function countAll(counts: readonly TestCounts[]): TestCounts {
  return {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    failed: counts.flatMap(({ failed }) => failed),
    skipped: counts.flatMap(({ skipped }) => skipped),
  };
}

/** Formats the closing line. */
export function formatSummaryLine({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`;
}

/**
 * A developer's machine may lack a program: the tests that need it are skipped by name. In CI that
 * is a failure.
 */
export function countMissing(what: string): TestCounts {
  return process.env.CI
    ? { passed: 0, failed: [what], skipped: [] }
    : { passed: 0, failed: [], skipped: [what] };
}
