import { expect, test, vi } from "vitest";
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
