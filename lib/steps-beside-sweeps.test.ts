import { afterAll, beforeAll, expect, test } from "vitest";
import type { Viewer } from "./accounts/viewer";
import { after, type Deps } from "./deps";
import { Problem } from "./errors";
import { judge, type Promised } from "./testing/kills/judge";
import { deliver, newMember, pdf } from "./testing/kills/member";
import { depsOfEnvironment, later, PAST_EVERYTHING, startWorld, type World } from "./testing/kills/world";
import { abort } from "./uploads/abort";
import { complete } from "./uploads/complete";
import { sweep } from "./uploads/sweep";

const UPLOADS = 120;

let world: World;
let others: Deps[];
beforeAll(async () => {
  world = await startWorld();
  others = [depsOfEnvironment(), depsOfEnvironment()];
});
afterAll(async () => {
  for (const { db } of others) await db.$disconnect();
  await world.drop();
});

/** What came of it, as the caller was told: nothing thrown, or the code. */
async function told(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "done",
    (thrown: unknown) => {
      if (thrown instanceof Problem) return thrown.code;
      throw thrown;
    },
  );
}

test("of completions, withdrawals and two sweeps that want the same uploads one wins each, and everybody is told what became of it", async () => {
  const { deps } = world;
  const members = await Promise.all([1, 2, 3].map(() => newMember(deps)));
  const uploads: { id: string; viewer: Viewer }[] = [];
  for (let index = 0; index < UPLOADS; index += 1) {
    const viewer = members[index % members.length];
    if (!viewer) throw new Error("There is nobody.");
    uploads.push({ id: await deliver(deps, viewer, await pdf()), viewer });
  }

  const longAgo = after(deps.clock, -2 * deps.limits.sweepGrace);
  let reached = 0;
  const completions = new Map<string, string>();
  const withdrawals = new Map<string, string>();
  const completer = async () => {
    for (let next = uploads[reached++]; next; next = uploads[reached++])
      completions.set(next.id, await told(complete(deps, next.viewer, next.id)));
  };
  const withdrawer = async () => {
    for (let index = 0; index < UPLOADS; index += 3) {
      const upload = uploads[index + (reached % 3)];
      if (upload) withdrawals.set(upload.id, await told(abort(deps, upload.viewer, upload.id)));
      while (reached < Math.min(index, UPLOADS)) await new Promise(setImmediate);
    }
  };
  const sweeper = async (own: Deps) => {
    while (reached < UPLOADS + 3) {
      // One runs out after the other, so that the sweeps keep pace with the others rather than take everything at once.
      const { id } = uploads[reached + 1] ?? { id: "" };
      if (id) await own.db.upload.update({ where: { id }, data: { expiresAt: longAgo } });
      await sweep(own);
    }
  };
  await Promise.all([completer(), completer(), completer(), withdrawer(), ...others.map(sweeper)]);
  await sweep(later(deps, PAST_EVERYTHING));

  const promised: Promised[] = [];
  const won = { completed: 0, aborted: 0, expired: 0 };
  for (const { id } of uploads) {
    const { state, fileId } = await deps.db.upload.findUniqueOrThrow({ where: { id } });
    if (state !== "completed" && state !== "aborted" && state !== "expired")
      throw new Error(`${id}: ${state}`);
    won[state] += 1;
    const completion = completions.get(id);
    if (state === "completed") {
      expect(completion).toBe("done");
      expect(withdrawals.get(id) ?? "conflict").toBe("conflict");
      promised.push({ fileId: fileId ?? "", end: "none" });
    } else {
      // Too late, or the bytes went while they were looked at; or told to ask again, by somebody who is ended then.
      expect(["gone", "not_uploaded", "conflict", "not_found"]).toContain(completion);
      expect(withdrawals.get(id) ?? "done").toBe("done");
    }
  }
  console.log(`won: ${JSON.stringify(won)}`);
  expect(await deps.db.file.count()).toBe(won.completed);
  expect(await judge(deps, promised)).toEqual([]);
  for (const count of Object.values(won)) expect(count).toBeGreaterThan(0);
}, 600_000);
