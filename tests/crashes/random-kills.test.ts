import { randomInt } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRandom } from "./seeded-random";
import type { MemberRun, MemberMessage } from "./random-members";
import { findInconsistencies, type ExpectedFile } from "./find-inconsistencies";
import { type ChildProgram, bundleProgram } from "./child-program";
import { uploadSample, createMember, samplePdf, samplePhoto } from "./sample-member";
import { withLaterClock, PAST_ALL_DEADLINES_SECONDS, createCrashFixture, type CrashFixture } from "./crash-fixture";
import { completeUpload } from "../../lib/uploads/complete";
import { sweep } from "../../lib/uploads/sweep";

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

test(`${KILLS} processes killed at random, with members at work in two at once: one sweep leaves nothing lost, over or half`, async () => {
  const { context: deps } = fixture;
  console.log(`KILLS_SEED=${SEED}`);
  const chance = createRandom(SEED);
  const members = await Promise.all(Array.from({ length: MEMBERS }, () => createMember(deps)));
  const promised = new Map<string, ExpectedFile["withdrawal"]>();
  // Something to hide, cut anew and erase from the first moment.
  for (const viewer of members) {
    for (const sample of [await samplePhoto(), await samplePdf(), await samplePdf()]) {
      const done = await completeUpload(deps, viewer, await uploadSample(deps, viewer, sample));
      if (done.state === "completed") promised.set(done.file.id, "none");
    }
  }
  const strange: string[] = [];
  const heard = ([what, about]: MemberMessage) => {
    if (what === "accepted" && !promised.has(about)) promised.set(about, "none");
    if (what === "ending" && promised.get(about) !== "confirmed") promised.set(about, "asked");
    if (what === "ended") promised.set(about, "confirmed");
    if (what === "strange") strange.push(about);
    if (what === "strange") console.log(about);
  };
  let [left, byThemselves] = [KILLS, 0];
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      // By itself at a step, or from outside at any moment.
      const steps = chance(2) === 0 ? 1 + chance(40) : null;
      const crowd: MemberRun = { members, seed: chance(2 ** 31), steps };
      const { child, result: end } = memberProgram.start(JSON.stringify(crowd));
      const moment = chance(6000);
      child.stdout?.once("data", () =>
        setTimeout(() => child.kill("SIGKILL"), steps === null ? moment : 30_000),
      );
      const { signal, lines, errors } = await end;
      expect({ signal, errors }).toMatchObject({ signal: "SIGKILL" });
      if (steps !== null) byThemselves += 1;
      for (const line of lines) heard(JSON.parse(line));
      if (left % 20 === 0) console.log(`${left} to go, ${promised.size} files`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
  const swept = await sweep(withLaterClock(deps, PAST_ALL_DEADLINES_SECONDS));
  const findings = await findInconsistencies(
    deps,
    [...promised].map(([fileId, end]) => ({ fileId, withdrawal: end })),
  );
  console.log(
    `${KILLS} killed, ${byThemselves} of them at a step; ${promised.size} files accepted or ended; swept: ${JSON.stringify(swept)}; ${findings.length} findings`,
  );
  expect(strange).toEqual([]);
  expect(findings).toEqual([]);
  expect(promised.size).toBeGreaterThan(3 * MEMBERS);
}, 3_600_000);
