import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CRASH_POINTS, type CrashPoint } from "../../lib/crash-points";
import { casesOf, isCampaign } from "../support/campaign";
import { findInconsistencies, type ExpectedFile } from "./find-inconsistencies";
import { type CrashJob, type ChildProgram, bundleProgram } from "./child-program";
import { createMember } from "./sample-member";
import { abandonEverything, SCENARIOS, type Scenario, type ScenarioMember } from "./scenarios";
import { withLaterClock, PAST_ALL_DEADLINES_SECONDS, createCrashFixture, type CrashFixture } from "./crash-fixture";
import { type SweepResult, sweep } from "../../lib/uploads/sweep";

// docs/decisions/0047-crash-tests.md

/** Kills per crash point. `npm test` tries two of the points once. */
const KILLS_PER_POINT = Number(
  process.env.KILLS_PER_STEP ?? (isCampaign ? (process.env.TEST_STORAGE === "s3" ? 2 : 10) : 1),
);
/** Processes at once. */
const CONCURRENCY = 2;

let fixture: CrashFixture;
let program: ChildProgram;
beforeAll(async () => {
  [fixture, program] = await Promise.all([createCrashFixture(), bundleProgram("crash-program")]);
});
afterAll(() => Promise.all([fixture.drop(), program.remove()]));

async function crashAt(step: CrashPoint, { operation, viewer, id }: Omit<CrashJob, "step">): Promise<void> {
  const job: CrashJob = { operation, viewer, id, step };
  const { signal, lines, errors } = await program.start(JSON.stringify(job)).result;
  // Proven: it was killed, and the last that was heard of it is the step.
  expect({ operation, signal, last: lines.at(-1), errors }).toMatchObject({ signal: "SIGKILL", last: step });
}

async function sweepPastAllDeadlines({ context: deps }: CrashFixture): Promise<SweepResult> {
  const swept = await sweep(withLaterClock(deps, PAST_ALL_DEADLINES_SECONDS));
  expect(swept).toMatchObject({ failed: 0, left: { uploads: 0, purges: 0, publications: 0 } });
  return swept;
}

describe("a process that is killed", () => {
  test.each(isCampaign ? CRASH_POINTS : CRASH_POINTS.slice(2, 4))(
    "at %s: the request can be sent again or not, and one sweep leaves nothing lost, over or half",
    async (step) => {
      const { context: deps } = fixture;
      const waiting = listCases(step);
      const promised: ExpectedFile[] = [];
      const lane = async () => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          const { scenario, returns } = next;
          const subject: ScenarioMember = await scenario.prepare(deps);
          await crashAt(step, { operation: scenario.operation, ...subject });
          promised.push(...subject.expectedFiles);
          if (returns) promised.push(...(await scenario.repeat(deps, subject)));
        }
      };
      await Promise.all(Array.from({ length: CONCURRENCY }, lane));
      await sweepPastAllDeadlines(fixture);
      expect(await findInconsistencies(deps, promised)).toEqual([]);
    },
    600_000,
  );

  test.each(casesOf(["upload.ended", "visibility.copied", "visibility.switched", "purge.removed"] as const))(
    "at %s while it sweeps: the next sweep ends what it began",
    async (step) => {
      const { context: deps } = fixture;
      const promised = await abandonEverything(deps);
      await crashAt(step, { operation: "sweep", viewer: await createMember(deps), id: "" });
      // Past the grace of what the dead sweep was about to write.
      await sweep(withLaterClock(deps, PAST_ALL_DEADLINES_SECONDS + 4 * 3600));
      expect(await findInconsistencies(deps, promised)).toEqual([]);
    },
    600_000,
  );
});

/** Every way to the step in turn; each is come back to in every other turn, and of two that follow one another only one is. */
function listCases(step: CrashPoint): { scenario: Scenario; returns: boolean }[] {
  const scenarios = SCENARIOS[step];
  return Array.from({ length: KILLS_PER_POINT }, (_, index) => {
    const scenario = scenarios[index % scenarios.length];
    if (!scenario) throw new Error(`Nothing passes ${step}.`);
    const turn = scenarios.length % 2 === 0 ? Math.floor(index / scenarios.length) : 0;
    return { scenario, returns: (index + turn) % 2 === 0 };
  });
}
