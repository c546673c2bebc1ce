import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { waitForLocks } from "@/tests/support/wait-for-lock";
import { newId } from "../id";
import { erasePeopleFromTrail } from "./erase-people";
import { decryptPersonalData } from "./personal-data";
import { createTrailFixture, type TrailFixture } from "./testing/trail-fixture";
import { appendToTrail, type TrailEntry } from "./trail";

let fixture: TrailFixture;

beforeAll(async () => {
  fixture = await createTrailFixture();
});
beforeEach(() => fixture.empty());
afterAll(() => fixture.drop());

const entryAbout = (personId: string, text: string): TrailEntry => ({
  event: "access.assigned",
  subjectId: personId,
  detail: { role: "reviewer" },
  personal: { personId, text },
});
const erase = (...ids: string[]) =>
  fixture.db.$transaction((tx) => erasePeopleFromTrail(tx, fixture.context, ids));

async function readTexts(): Promise<string[]> {
  const rows = await fixture.db.trailPersonal.findMany({ include: { key: true }, orderBy: { seq: "asc" } });
  return rows.map(({ key, ciphertext }) =>
    decryptPersonalData(fixture.context.trailKey, key.key, ciphertext),
  );
}

test("stores personal data encrypted, with one key per person", async () => {
  const [ada, bo] = [newId(), newId()];
  await fixture.append(entryAbout(ada, "Ada Lovelace"), entryAbout(bo, "Bo"), entryAbout(ada, "李小龙"));
  expect(await readTexts()).toEqual(["Ada Lovelace", "Bo", "李小龙"]);
  expect(await fixture.db.personKey.count()).toBe(2);
  const [{ dump } = { dump: "" }] = await fixture.db.$queryRaw<{ dump: string }[]>`
    SELECT string_agg(t::text, '') || (SELECT string_agg(encode(ciphertext, 'escape'), '') FROM "TrailPersonal")
      AS dump FROM "Trail" t`;
  expect(dump).not.toMatch(/Ada|Lovelace|Bo\b/);
  expect(await fixture.verify()).toMatchObject({ entries: 3, erased: 0, broken: [] });
});

test("the database alone does not decrypt personal data", async () => {
  await fixture.append(entryAbout(newId(), "Ada Lovelace"));
  const { key, ciphertext } = await fixture.db.trailPersonal.findFirstOrThrow({ include: { key: true } });
  for (const secret of [key.key, Buffer.alloc(32), new Uint8Array()])
    expect(() => decryptPersonalData(secret, key.key, ciphertext)).toThrow();
});

test("an erasure leaves no personal data, and the chains still verify", async () => {
  const [ada, bo] = [newId(), newId()];
  await fixture.append(entryAbout(ada, "Ada"), entryAbout(bo, "Bo"), entryAbout(ada, "Ada Lovelace"));
  await erase(ada);
  expect(await readTexts()).toEqual(["Bo"]);
  expect(await fixture.db.personKey.findMany()).toMatchObject([{ personId: bo }]);
  expect(await fixture.verify()).toMatchObject({ entries: 4, erased: 2, broken: [] });
  await fixture.append(entryAbout(ada, "Ada again"));
  expect(await readTexts()).toEqual(["Bo", "Ada again"]);
  expect((await fixture.verify()).broken).toEqual([]);
});

test("an erasure also takes an entry that is being written", async () => {
  const ada = newId();
  await fixture.append(entryAbout(ada, "Ada"));
  let erasure: Promise<void> | undefined;
  await fixture.db.$transaction(async (tx) => {
    const about = { ...entryAbout(ada, "Ada Lovelace"), subjectId: newId() };
    await appendToTrail(tx, fixture.context, [about]);
    erasure = erase(ada);
    await waitForLocks(fixture.db);
  });
  await erasure;
  expect(await readTexts()).toEqual([]);
  expect(await fixture.verify()).toMatchObject({ erased: 2, broken: [] });
});

test("names an entry whose personal data are gone without an erasure", async () => {
  const [ada, bo] = [newId(), newId()];
  await erase(ada);
  await fixture.append(entryAbout(ada, "Ada"), entryAbout(bo, "Bo"));
  await fixture.db.personKey.deleteMany();
  const reason = "its personal data are missing, and their person was not erased";
  const { broken } = await fixture.verify();
  expect(broken.map(({ subject }) => subject).toSorted()).toEqual([ada, bo].toSorted());
  expect(broken).toMatchObject([{ reason }, { reason }]);
});

test("names an entry with other personal data", async () => {
  const [ada, bo] = [newId(), newId()];
  await fixture.append(entryAbout(ada, "Ada"), entryAbout(bo, "Bo"));
  await fixture.db.$executeRaw`
    UPDATE "TrailPersonal" SET ciphertext = ciphertext || '\\x00' WHERE "personId" = ${ada}::uuid`;
  expect((await fixture.verify()).broken).toMatchObject([
    { subject: ada, reason: "its personal data were changed" },
  ]);
});

test("erasures and entries about the same people do not deadlock", async () => {
  const people = Array.from({ length: 6 }, () => newId());
  await Promise.all(
    Array.from({ length: 9 }, async (_, turn) => {
      const ids = turn % 2 ? people : people.toReversed();
      if (turn % 3 === 0) await erase(...ids);
      else await fixture.append(...ids.map((id) => entryAbout(id, "A name")));
    }),
  );
  expect((await fixture.verify()).broken).toEqual([]);
});
