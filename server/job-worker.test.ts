import { expect, test, vi } from "vitest";
import type { SweepFixture } from "../lib/uploads/testing/sweep-fixture";
import { createSweepFixture } from "../lib/uploads/testing/sweep-fixture";
import { startJobWorker } from "./job-worker";

async function withYard(work: (yard: SweepFixture) => Promise<void>): Promise<void> {
  const yard = await createSweepFixture();
  await work(yard).finally(() => yard.drop());
}

test("told to end, it waits for the piece under way, and told again it waits no more; the pool is closed either way", async () => {
  await withYard(async ({ deps, db }) => {
    const begun = Promise.withResolvers<void>();
    const piece = Promise.withResolvers<number>();
    vi.spyOn(db.purge, "count").mockImplementation(() => {
      begun.resolve();
      // The part of Prisma's promise that is awaited.
      return Object.assign(piece.promise, { [Symbol.toStringTag]: "PrismaPromise" as const });
    });
    const close = vi.fn(async () => undefined);
    const { finished, end } = startJobWorker({ ...deps, close });
    await begun.promise;
    const ended = vi.fn();
    const first = end().then(ended);
    await new Promise((done) => setImmediate(done));
    expect([ended.mock.calls.length, close.mock.calls.length]).toEqual([0, 0]);
    await end();
    await first;
    expect(close).toHaveBeenCalled();
    piece.resolve(0);
    await finished;
  });
});
