import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { STEPS, type Step } from "./steps";
import { judge, type Promised } from "./testing/kills/judge";
import { type Job, type Program, programOf } from "./testing/kills/kill";
import { newMember } from "./testing/kills/member";
import { leaveAll, SCENARIOS, type Scenario, type Subject } from "./testing/kills/scenarios";
import { later, PAST_EVERYTHING, startWorld, type World } from "./testing/kills/world";
import { type Swept, sweep } from "./uploads/sweep";

// docs/decisions/0047-killed-at-every-step.md

/** How often each step is hit. */
const HITS = Number(process.env.KILLS_PER_STEP ?? (process.env.TEST_STORAGE === "s3" ? 2 : 10));
/** Processes at once. */
const AT_ONCE = 2;

let world: World;
let victim: Program;
beforeAll(async () => {
  [world, victim] = await Promise.all([startWorld(), programOf("victim")]);
});
afterAll(() => Promise.all([world.drop(), victim.remove()]));

async function hit(step: Step, { operation, viewer, id }: Omit<Job, "step">): Promise<void> {
  const job: Job = { operation, viewer, id, step };
  const { signal, lines, errors } = await victim.start(JSON.stringify(job)).end;
  // Proven: it was killed, and the last that was heard of it is the step.
  expect({ operation, signal, last: lines.at(-1), errors }).toMatchObject({ signal: "SIGKILL", last: step });
}

async function sweptAt({ deps }: World): Promise<Swept> {
  const swept = await sweep(later(deps, PAST_EVERYTHING));
  expect(swept).toMatchObject({ failed: 0, left: { uploads: 0, purges: 0, publications: 0 } });
  return swept;
}

describe("a process that is killed", () => {
  test.each(STEPS)(
    "at %s: the request can be sent again or not, and one sweep leaves nothing lost, over or half",
    async (step) => {
      const { deps } = world;
      const waiting = casesOf(step);
      const promised: Promised[] = [];
      const lane = async () => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          const { scenario, returns } = next;
          const subject: Subject = await scenario.prepare(deps);
          await hit(step, { operation: scenario.operation, ...subject });
          promised.push(...subject.promised);
          if (returns) promised.push(...(await scenario.again(deps, subject)));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      await sweptAt(world);
      expect(await judge(deps, promised)).toEqual([]);
    },
    600_000,
  );

  test.each(["upload.ended", "visibility.copied", "visibility.pointed", "purge.removed"] as const)(
    "at %s while it sweeps: the next sweep ends what it began",
    async (step) => {
      const { deps } = world;
      const promised = await leaveAll(deps);
      await hit(step, { operation: "sweep", viewer: await newMember(deps), id: "" });
      // Past the grace of what the dead sweep was about to write.
      await sweep(later(deps, PAST_EVERYTHING + 4 * 3600));
      expect(await judge(deps, promised)).toEqual([]);
    },
    600_000,
  );
});

/** Every way to the step in turn; each is come back to in every other turn, and of two that follow one another only one is. */
function casesOf(step: Step): { scenario: Scenario; returns: boolean }[] {
  const scenarios = SCENARIOS[step];
  return Array.from({ length: HITS }, (_, index) => {
    const scenario = scenarios[index % scenarios.length];
    if (!scenario) throw new Error(`Nothing passes ${step}.`);
    const turn = scenarios.length % 2 === 0 ? Math.floor(index / scenarios.length) : 0;
    return { scenario, returns: (index + turn) % 2 === 0 };
  });
}
