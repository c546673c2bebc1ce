import { expect, test, vi } from "vitest";
import type { TestYard } from "../../lib/uploads/testing/yard";
import { testYard } from "../../lib/uploads/testing/yard";
import { workUntilTold } from "./until-told";

async function withYard(work: (yard: TestYard) => Promise<void>): Promise<void> {
  const yard = await testYard();
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
    const { finished, end } = workUntilTold({ ...deps, close });
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
