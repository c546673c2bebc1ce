import { randomInt } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chanceOf } from "./testing/kills/chance";
import type { Crowd, Said } from "./testing/kills/crowd";
import { judge, type Promised } from "./testing/kills/judge";
import { type Program, programOf } from "./testing/kills/kill";
import { deliver, newMember, pdf, photo } from "./testing/kills/member";
import { later, PAST_EVERYTHING, startWorld, type World } from "./testing/kills/world";
import { complete } from "./uploads/complete";
import { sweep } from "./uploads/sweep";

// docs/decisions/0047-killed-at-every-step.md

const KILLS = Number(process.env.KILLS_AT_RANDOM ?? 20);
const SEED = Number(process.env.KILLS_SEED ?? randomInt(2 ** 31));
const AT_ONCE = 2;
const MEMBERS = 4;

let world: World;
let crowds: Program;
beforeAll(async () => {
  [world, crowds] = await Promise.all([startWorld(), programOf("crowd")]);
});
afterAll(() => Promise.all([world.drop(), crowds.remove()]));

test(`${KILLS} processes killed at random, with members at work in two at once: one sweep leaves nothing lost, over or half`, async () => {
  const { deps } = world;
  console.log(`KILLS_SEED=${SEED}`);
  const chance = chanceOf(SEED);
  const members = await Promise.all(Array.from({ length: MEMBERS }, () => newMember(deps)));
  const promised = new Map<string, Promised["end"]>();
  // Something to hide, cut anew and erase from the first moment.
  for (const viewer of members) {
    for (const sample of [await photo(), await pdf(), await pdf()]) {
      const done = await complete(deps, viewer, await deliver(deps, viewer, sample));
      if (done.state === "completed") promised.set(done.file.id, "none");
    }
  }
  const strange: string[] = [];
  const heard = ([what, about]: Said) => {
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
      const crowd: Crowd = { members, seed: chance(2 ** 31), steps };
      const { child, end } = crowds.start(JSON.stringify(crowd));
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
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  const swept = await sweep(later(deps, PAST_EVERYTHING));
  const findings = await judge(
    deps,
    [...promised].map(([fileId, end]) => ({ fileId, end })),
  );
  console.log(
    `${KILLS} killed, ${byThemselves} of them at a step; ${promised.size} files accepted or ended; swept: ${JSON.stringify(swept)}; ${findings.length} findings`,
  );
  expect(strange).toEqual([]);
  expect(findings).toEqual([]);
  expect(promised.size).toBeGreaterThan(3 * MEMBERS);
}, 3_600_000);
