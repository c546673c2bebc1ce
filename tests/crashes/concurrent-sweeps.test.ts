import { afterAll, beforeAll, expect, test } from "vitest";
import { type AppContext, secondsFromNow } from "../../lib/app-context";
import { Problem } from "../../lib/errors";
import type { Viewer } from "../../lib/permissions/viewer";
import { abortUpload } from "../../lib/uploads/abort";
import { completeUpload } from "../../lib/uploads/complete";
import { sweep } from "../../lib/uploads/sweep";
import {
  appContextFromEnv,
  type CrashFixture,
  createCrashFixture,
  PAST_ALL_DEADLINES_SECONDS,
  withLaterClock,
} from "./crash-fixture";
import { type ExpectedFile, findInconsistencies } from "./find-inconsistencies";
import { createMember, samplePdf, uploadSample } from "./sample-member";

const UPLOADS = 120;
/** Past every ticket and grace, and before the rows of ended uploads are deleted. */
const AFTER_TICKETS_SECONDS = 6 * 3600;

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

/** Returns "done", or the code of the problem that the caller gets. */
async function outcomeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "done",
    (error: unknown) => {
      if (error instanceof Problem) return error.code;
      throw error;
    },
  );
}

test("one of concurrent completions, aborts and sweeps wins each upload", async () => {
  const { context } = fixture;
  const members = await Promise.all([1, 2, 3].map(() => createMember(context)));
  const uploads: { id: string; viewer: Viewer }[] = [];
  for (let index = 0; index < UPLOADS; index += 1) {
    const viewer = members[index % members.length];
    if (!viewer) throw new Error("No member.");
    uploads.push({ id: await uploadSample(context, viewer, await samplePdf()), viewer });
  }

  const longAgo = secondsFromNow(context.clock, -2 * context.limits.sweepGrace);
  let position = 0;
  const completions = new Map<string, string>();
  const aborts = new Map<string, string>();
  const complete = async () => {
    for (let next = uploads[position++]; next; next = uploads[position++])
      completions.set(next.id, await outcomeOf(completeUpload(context, next.viewer, next.id)));
  };
  const abort = async () => {
    for (let index = 0; index < UPLOADS; index += 3) {
      const upload = uploads[index + (position % 3)];
      if (upload) aborts.set(upload.id, await outcomeOf(abortUpload(context, upload.viewer, upload.id)));
      while (position < Math.min(index, UPLOADS)) await new Promise(setImmediate);
    }
  };
  const sweepAlong = async (own: AppContext) => {
    while (position < UPLOADS + 3) {
      // One upload expires at a time, so that the sweeps do not win all of them at once.
      const { id } = uploads[position + 1] ?? { id: "" };
      if (id) await own.db.upload.update({ where: { id }, data: { expiresAt: longAgo } });
      await sweep(own);
    }
  };
  await Promise.all([complete(), complete(), complete(), abort(), ...otherContexts.map(sweepAlong)]);
  await sweep(withLaterClock(context, AFTER_TICKETS_SECONDS));

  const expectedFiles: ExpectedFile[] = [];
  const won = { completed: 0, aborted: 0, expired: 0 };
  for (const { id } of uploads) {
    const { state, fileId } = await context.db.upload.findUniqueOrThrow({ where: { id } });
    if (state !== "completed" && state !== "aborted" && state !== "expired")
      throw new Error(`${id}: ${state}`);
    won[state] += 1;
    const completion = completions.get(id);
    if (state === "completed") {
      expect(completion).toBe("done");
      expect(aborts.get(id) ?? "conflict").toBe("conflict");
      expectedFiles.push({ fileId: fileId ?? "", withdrawal: "none" });
    } else {
      // The upload ended first, or lost its bytes during the inspection, or another request held
      // it.
      expect(["gone", "not_uploaded", "conflict", "not_found"]).toContain(completion);
      expect(aborts.get(id) ?? "done").toBe("done");
    }
  }
  await sweep(withLaterClock(context, PAST_ALL_DEADLINES_SECONDS));
  console.log(`won: ${JSON.stringify(won)}`);
  expect(await context.db.file.count()).toBe(won.completed);
  expect(await findInconsistencies(context, expectedFiles)).toEqual([]);
  for (const count of Object.values(won)) expect(count).toBeGreaterThan(0);
}, 600_000);
