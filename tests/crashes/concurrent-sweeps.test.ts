import { afterAll, beforeAll, expect, test } from "vitest";
import type { Viewer } from "../../lib/permissions/viewer";
import { secondsFromNow, type AppContext } from "../../lib/app-context";
import { Problem } from "../../lib/errors";
import { findInconsistencies, type ExpectedFile } from "./find-inconsistencies";
import { uploadSample, createMember, samplePdf } from "./sample-member";
import { appContextFromEnv, withLaterClock, PAST_ALL_DEADLINES_SECONDS, createCrashFixture, type CrashFixture } from "./crash-fixture";
import { abortUpload } from "../../lib/uploads/abort";
import { completeUpload } from "../../lib/uploads/complete";
import { sweep } from "../../lib/uploads/sweep";

const UPLOADS = 120;

let fixture: CrashFixture;
let otherContexts: AppContext[];
beforeAll(async () => {
  fixture = await createCrashFixture();
  otherContexts = [appContextFromEnv(), appContextFromEnv()];
});
afterAll(async () => {
  for (const { db } of otherContexts) await db.$disconnect();
  await fixture.drop();
});

/** What came of it, as the caller was told: nothing thrown, or the code. */
async function outcomeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "done",
    (thrown: unknown) => {
      if (thrown instanceof Problem) return thrown.code;
      throw thrown;
    },
  );
}

test("of completions, withdrawals and two sweeps that want the same uploads one wins each, and everybody is told what became of it", async () => {
  const { context: deps } = fixture;
  const members = await Promise.all([1, 2, 3].map(() => createMember(deps)));
  const uploads: { id: string; viewer: Viewer }[] = [];
  for (let index = 0; index < UPLOADS; index += 1) {
    const viewer = members[index % members.length];
    if (!viewer) throw new Error("There is nobody.");
    uploads.push({ id: await uploadSample(deps, viewer, await samplePdf()), viewer });
  }

  const longAgo = secondsFromNow(deps.clock, -2 * deps.limits.sweepGrace);
  let reached = 0;
  const completions = new Map<string, string>();
  const withdrawals = new Map<string, string>();
  const completer = async () => {
    for (let next = uploads[reached++]; next; next = uploads[reached++])
      completions.set(next.id, await outcomeOf(completeUpload(deps, next.viewer, next.id)));
  };
  const withdrawer = async () => {
    for (let index = 0; index < UPLOADS; index += 3) {
      const upload = uploads[index + (reached % 3)];
      if (upload) withdrawals.set(upload.id, await outcomeOf(abortUpload(deps, upload.viewer, upload.id)));
      while (reached < Math.min(index, UPLOADS)) await new Promise(setImmediate);
    }
  };
  const sweeper = async (own: AppContext) => {
    while (reached < UPLOADS + 3) {
      // One runs out after the other, so that the sweeps keep pace with the others rather than take everything at once.
      const { id } = uploads[reached + 1] ?? { id: "" };
      if (id) await own.db.upload.update({ where: { id }, data: { expiresAt: longAgo } });
      await sweep(own);
    }
  };
  await Promise.all([completer(), completer(), completer(), withdrawer(), ...otherContexts.map(sweeper)]);
  await sweep(withLaterClock(deps, PAST_ALL_DEADLINES_SECONDS));

  const promised: ExpectedFile[] = [];
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
      promised.push({ fileId: fileId ?? "", withdrawal: "none" });
    } else {
      // Too late, or the bytes went while they were looked at; or told to ask again, by somebody who is ended then.
      expect(["gone", "not_uploaded", "conflict", "not_found"]).toContain(completion);
      expect(withdrawals.get(id) ?? "done").toBe("done");
    }
  }
  console.log(`won: ${JSON.stringify(won)}`);
  expect(await deps.db.file.count()).toBe(won.completed);
  expect(await findInconsistencies(deps, promised)).toEqual([]);
  for (const count of Object.values(won)) expect(count).toBeGreaterThan(0);
}, 600_000);
