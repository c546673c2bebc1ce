import { randomInt } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { completeUpload } from "../../lib/uploads/complete";
import { sweep } from "../../lib/uploads/sweep";
import { bundleProgram, type ChildProgram } from "./child-program";
import {
  type CrashFixture,
  createCrashFixture,
  PAST_ALL_DEADLINES_SECONDS,
  withLaterClock,
} from "./crash-fixture";
import { type ExpectedFile, findInconsistencies } from "./find-inconsistencies";
import type { MemberMessage, MemberRun } from "./random-members";
import { createMember, samplePdf, samplePhoto, uploadSample } from "./sample-member";
import { createRandom } from "./seeded-random";

// docs/decisions/0047-crash-tests.md

const KILLS = Number(process.env.KILLS_AT_RANDOM ?? 20);
const SEED = Number(process.env.KILLS_SEED ?? randomInt(2 ** 31));
const CONCURRENCY = 2;
const MEMBERS = 4;

let fixture: CrashFixture;
let memberProgram: ChildProgram;
beforeAll(async () => {
  [fixture, memberProgram] = await Promise.all([createCrashFixture(), bundleProgram("random-members")]);
});
afterAll(() => Promise.all([fixture.drop(), memberProgram.remove()]));

test(`one sweep after ${KILLS} random kills leaves no inconsistency`, async () => {
  const { context } = fixture;
  console.log(`KILLS_SEED=${SEED}`);
  const random = createRandom(SEED);
  const members = await Promise.all(Array.from({ length: MEMBERS }, () => createMember(context)));
  const expectedFiles = new Map<string, ExpectedFile["withdrawal"]>();
  // Files to unpublish, crop and withdraw from the start.
  for (const viewer of members) {
    for (const sample of [await samplePhoto(), await samplePdf(), await samplePdf()]) {
      const done = await completeUpload(context, viewer, await uploadSample(context, viewer, sample));
      if (done.state === "completed") expectedFiles.set(done.file.id, "none");
    }
  }
  const defects: string[] = [];
  const onMessage = ([kind, subject]: MemberMessage) => {
    if (kind === "accepted" && !expectedFiles.has(subject)) expectedFiles.set(subject, "none");
    if (kind === "withdrawing" && expectedFiles.get(subject) !== "confirmed")
      expectedFiles.set(subject, "asked");
    if (kind === "withdrawn") expectedFiles.set(subject, "confirmed");
    if (kind === "defect") {
      defects.push(subject);
      console.log(subject);
    }
  };
  let [remaining, selfKilled] = [KILLS, 0];
  const worker = async () => {
    while (remaining > 0) {
      remaining -= 1;
      // The process kills itself at a crash point, or this test kills it at any moment.
      const crashPoints = random(2) === 0 ? 1 + random(40) : null;
      const run: MemberRun = { members, seed: random(2 ** 31), crashPoints };
      const { child, result } = memberProgram.start(JSON.stringify(run));
      const delayMs = random(6000);
      child.stdout?.once("data", () =>
        setTimeout(() => child.kill("SIGKILL"), crashPoints === null ? delayMs : 30_000),
      );
      const { signal, lines, errors } = await result;
      expect({ signal, errors }).toMatchObject({ signal: "SIGKILL" });
      if (crashPoints !== null) selfKilled += 1;
      for (const line of lines) onMessage(JSON.parse(line));
      if (remaining % 20 === 0) console.log(`${remaining} to go, ${expectedFiles.size} files`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  const swept = await sweep(withLaterClock(context, PAST_ALL_DEADLINES_SECONDS));
  const findings = await findInconsistencies(
    context,
    [...expectedFiles].map(([fileId, end]) => ({ fileId, withdrawal: end })),
  );
  console.log(
    `${KILLS} killed, ${selfKilled} of them at a crash point; ${expectedFiles.size} files accepted or withdrawn; swept: ${JSON.stringify(swept)}; ${findings.length} findings`,
  );
  expect(defects).toEqual([]);
  expect(findings).toEqual([]);
  expect(expectedFiles.size).toBeGreaterThan(3 * MEMBERS);
}, 3_600_000);
