import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CRASH_POINTS, type CrashPoint } from "../../lib/crash-points";
import { type SweepResult, sweep } from "../../lib/uploads/sweep";
import { casesOf, isCampaign } from "../support/campaign";
import { bundleProgram, type ChildProgram, type CrashJob } from "./child-program";
import {
  type CrashFixture,
  createCrashFixture,
  PAST_ALL_DEADLINES_SECONDS,
  withLaterClock,
} from "./crash-fixture";
import { type ExpectedFile, findInconsistencies } from "./find-inconsistencies";
import type { OperationName } from "./operations";
import { createMember } from "./sample-member";
import { abandonEverything, SCENARIOS, type Scenario, type ScenarioMember } from "./scenarios";

// docs/decisions/0047-crash-tests.md

/** Kills per crash point. `npm test` tries two of the points once. */
const KILLS_PER_POINT = Number(
  process.env.KILLS_PER_STEP ?? (isCampaign ? (process.env.TEST_STORAGE === "s3" ? 2 : 10) : 1),
);
/** Operations on all people and files. One would do the work that another process is killed at. */
const JOBS: ReadonlySet<OperationName> = new Set(["retention", "erase", "sendMail"]);

let fixture: CrashFixture;
let program: ChildProgram;
beforeAll(async () => {
  [fixture, program] = await Promise.all([createCrashFixture(), bundleProgram("crash-program")]);
});
afterAll(() => Promise.all([fixture.drop(), program.remove()]));

async function crashAt(
  crashPoint: CrashPoint,
  { operation, viewer, id }: Omit<CrashJob, "crashPoint">,
): Promise<void> {
  const job: CrashJob = { operation, viewer, id, crashPoint };
  const { signal, lines, errors } = await program.start(JSON.stringify(job)).result;
  // The crash point is the last line of the killed process.
  expect({ operation, signal, last: lines.at(-1), errors }).toMatchObject({
    signal: "SIGKILL",
    last: crashPoint,
  });
}

async function sweepPastAllDeadlines({ context }: CrashFixture): Promise<SweepResult> {
  const result = await sweep(withLaterClock(context, PAST_ALL_DEADLINES_SECONDS));
  expect(result).toMatchObject({ failed: 0, left: { uploads: 0, purges: 0, publications: 0 } });
  return result;
}

describe("a killed process", () => {
  test.each(isCampaign ? CRASH_POINTS : CRASH_POINTS.slice(2, 4))(
    "one sweep after a kill at %s leaves no inconsistency",
    async (crashPoint) => {
      const { context } = fixture;
      const cases = listCases(crashPoint);
      const expectedFiles: ExpectedFile[] = [];
      const worker = async () => {
        for (let next = cases.shift(); next; next = cases.shift()) {
          const { scenario, repeats } = next;
          const member: ScenarioMember = await scenario.prepare(context);
          await crashAt(crashPoint, { operation: scenario.operation, ...member });
          expectedFiles.push(...member.expectedFiles);
          if (repeats) expectedFiles.push(...(await scenario.repeat(context, member)));
        }
      };
      const hasJob = cases.some(({ scenario }) => JOBS.has(scenario.operation));
      await Promise.all(Array.from({ length: hasJob ? 1 : 2 }, worker));
      await sweepPastAllDeadlines(fixture);
      expect(await findInconsistencies(context, expectedFiles)).toEqual([]);
    },
    600_000,
  );

  test.each(casesOf(["upload.ended", "visibility.copied", "visibility.switched", "purge.removed"] as const))(
    "the next sweep completes a sweep killed at %s",
    async (crashPoint) => {
      const { context } = fixture;
      const expectedFiles = await abandonEverything(context);
      await crashAt(crashPoint, { operation: "sweep", viewer: await createMember(context), id: "" });
      // Past the grace of the bytes that the killed sweep was about to write.
      await sweep(withLaterClock(context, PAST_ALL_DEADLINES_SECONDS + 4 * 3600));
      expect(await findInconsistencies(context, expectedFiles)).toEqual([]);
    },
    600_000,
  );
});

/** Lists the kills at one crash point: every scenario in turn, each with and without a repeat. */
function listCases(crashPoint: CrashPoint): { scenario: Scenario; repeats: boolean }[] {
  const scenarios = SCENARIOS[crashPoint];
  return Array.from({ length: KILLS_PER_POINT }, (_, index) => {
    const scenario = scenarios[index % scenarios.length];
    if (!scenario) throw new Error(`No scenario passes ${crashPoint}.`);
    const round = scenarios.length % 2 === 0 ? Math.floor(index / scenarios.length) : 0;
    return { scenario, repeats: (index + round) % 2 === 0 };
  });
}
