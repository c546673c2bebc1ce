import { afterAll, beforeAll, expect, test } from "vitest";
import type { Tx } from "../db/client";
import type { Role } from "../db/generated/enums";
import { claimNextDocument } from "../review/claims";
import { createReviewFixture, type ReviewFixture } from "../review/testing/review-fixture";
import { changePerson } from "../rights/change-person";
import { changeGrants } from "./people";

let fixture: ReviewFixture;

beforeAll(async () => {
  fixture = await createReviewFixture();
});
afterAll(() => fixture.drop());

const createPerson = (role: Role) => fixture.createPerson([], role);
const grantsOf = (userId: string) => fixture.context.db.grant.count({ where: { userId } });
const waitingQueries = async () => {
  const { rowCount } = await fixture.context.db.pool.query(
    "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
  );
  return rowCount ?? 0;
};

/**
 * Starts `work` while `change` is not committed yet, and commits once `work` waits or has ended.
 */
async function startDuring<T>(change: (tx: Tx) => Promise<unknown>, work: () => Promise<T>) {
  let isSettled = false;
  let outcome: Promise<PromiseSettledResult<T>[]> | undefined;
  await fixture.context.db.$transaction(
    async (tx) => {
      await change(tx);
      outcome = Promise.allSettled([work()]).finally(() => {
        isSettled = true;
      });
      const isReady = async () => isSettled || (await waitingQueries()) > 0;
      await expect.poll(isReady, { timeout: 10_000 }).toBe(true);
    },
    { timeout: 15_000 },
  );
  return (await outcome)?.[0];
}

test("a person who becomes a member meanwhile gets no grant", async () => {
  const [admin, person] = [await createPerson("admin"), await createPerson("reviewer")];
  const outcome = await startDuring(
    (tx) => tx.user.update({ where: { id: person.id }, data: { role: "member" } }),
    () => changeGrants(fixture.context, admin, person.id, ["medicalLetter"]),
  );
  expect(outcome).toMatchObject({ status: "rejected", reason: { code: "conflict" } });
  expect(await grantsOf(person.id)).toBe(0);
});

test("an admin who loses the role meanwhile grants nothing", async () => {
  const [admin, person] = [await createPerson("admin"), await createPerson("reviewer")];
  const outcome = await startDuring(
    (tx) => tx.user.update({ where: { id: admin.id }, data: { role: "reviewer" } }),
    async () => {
      await changeGrants(fixture.context, admin, person.id, ["medicalLetter"]);
    },
  );
  expect(outcome).toMatchObject({ status: "rejected", reason: { code: "forbidden" } });
  expect(await grantsOf(person.id)).toBe(0);
  await expect(changePerson(fixture.context, admin, person.id, { role: "admin" })).rejects.toMatchObject({
    code: "forbidden",
  });
});

test("a reviewer who is suspended meanwhile claims nothing", async () => {
  const reviewer = await fixture.createPerson(["medicalLetter"]);
  const outcome = await startDuring(
    (tx) => tx.user.update({ where: { id: reviewer.id }, data: { suspendedAt: new Date() } }),
    () => claimNextDocument(fixture.context, reviewer, {}),
  );
  expect(outcome).toMatchObject({ status: "rejected", reason: { code: "unauthenticated" } });
});

test("two admins who change each other both end", async () => {
  const [one, other] = [await createPerson("admin"), await createPerson("admin")];
  const outcomes = await Promise.allSettled([
    changePerson(fixture.context, one, other.id, { role: "member" }),
    changePerson(fixture.context, other, one.id, { role: "member" }),
  ]);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});
