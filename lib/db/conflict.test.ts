import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../tests/support/database";
import { newId } from "../id";
import { retryTransaction } from "./conflict";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function createMember(): Promise<string> {
  const id = newId();
  await database.db.user.create({ data: { id, name: "Ada", email: `${id}@example.org`, handle: id } });
  return id;
}

test("two deadlocked transactions both succeed after a retry", async () => {
  const [one, other] = [await createMember(), await createMember()];
  const { promise: bothHoldLocks, resolve: release } = Promise.withResolvers<void>();
  let holding = 0;
  let runs = 0;
  const rename = (first: string, second: string) =>
    retryTransaction(() =>
      database.db.$transaction(async (tx) => {
        runs += 1;
        await tx.user.update({ where: { id: first }, data: { headline: first } });
        holding += 1;
        if (holding === 2) release();
        await bothHoldLocks;
        await tx.user.update({ where: { id: second }, data: { headline: first } });
      }),
    );
  await Promise.all([rename(one, other), rename(other, one)]);
  expect(runs).toBe(3);
});

test("a third lost race throws unavailable, a taken key throws itself", async () => {
  const conflict = (code: string) => Object.assign(new Error("lost"), { code });
  let attempts = 0;
  const losing = (code: string) =>
    retryTransaction(() => {
      attempts += 1;
      return Promise.reject(conflict(code));
    });
  await expect(losing("P2034")).rejects.toMatchObject({ code: "unavailable", status: 503 });
  expect(attempts).toBe(3);
  await expect(losing("P2002")).rejects.toMatchObject({ code: "P2002" });
});

test("another error is not retried", async () => {
  let attempts = 0;
  const failing = retryTransaction(() => {
    attempts += 1;
    return Promise.reject(new Error("a defect"));
  });
  await expect(failing).rejects.toThrow("a defect");
  expect(attempts).toBe(1);
});
