import { expect, test, vi } from "vitest";
import { putTombstone } from "../lib/files/tombstones";
import { newId } from "../lib/id";
import type { SweepFixture } from "../lib/uploads/testing/sweep-fixture";
import { createSweepFixture } from "../lib/uploads/testing/sweep-fixture";
import { startJobWorker } from "./job-worker";

async function withSweepFixture(work: (fixture: SweepFixture) => Promise<void>): Promise<void> {
  const fixture = await createSweepFixture();
  await work(fixture).finally(() => fixture.drop());
}

test("end waits for the running job, a second end does not", async () => {
  await withSweepFixture(async ({ context, db }) => {
    const started = Promise.withResolvers<void>();
    const job = Promise.withResolvers<number>();
    vi.spyOn(db.purge, "count").mockImplementation(() => {
      started.resolve();
      // `await` needs only this part of Prisma's promise.
      return Object.assign(job.promise, { [Symbol.toStringTag]: "PrismaPromise" as const });
    });
    const close = vi.fn(async () => undefined);
    const { finished, end } = startJobWorker({ ...context, close });
    await started.promise;
    const onEnded = vi.fn();
    const first = end().then(onEnded);
    await new Promise((done) => setImmediate(done));
    expect([onEnded.mock.calls.length, close.mock.calls.length]).toEqual([0, 0]);
    await end();
    await first;
    expect(close).toHaveBeenCalled();
    job.resolve(0);
    await finished;
  });
});

test("destroys what a restored backup has brought back, also without jobs", async () => {
  await withSweepFixture(async ({ context, storages, putObjects, listKeys }) => {
    const prefix = `files/${newId()}/`;
    const destroyedAt = context.clock.now().toISOString();
    await putTombstone(storages.private, newId(), { prefix, reason: "withdrawn", destroyedAt });
    await putObjects("private", `${prefix}original`);
    await startJobWorker({ ...context, close: async () => undefined }, []).finished;
    expect(await listKeys("private", prefix)).toEqual([]);
  });
});
