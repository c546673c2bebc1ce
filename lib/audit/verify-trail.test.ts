import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { newId } from "../id";
import { createTrailFixture, type TrailFixture, testEntry, trailKeyOf } from "./testing/trail-fixture";
import { appendToTrail } from "./trail";

let fixture: TrailFixture;

beforeAll(async () => {
  fixture = await createTrailFixture();
});
beforeEach(() => fixture.empty());
afterAll(() => fixture.drop());

/** Appends other chains, then one of four entries. Returns its subject and the numbers. */
async function appendFour() {
  for (let index = 0; index < 3; index += 1) await fixture.appendChain(2);
  const subject = await fixture.appendChain(4);
  const seqs = (await fixture.readChain(subject)).map(({ seq }) => Number(seq));
  return { subject, seqs };
}

const MISMATCH = "its content does not match its hash";

describe("verifyTrail", () => {
  test("accepts an empty trail", async () => {
    expect(await fixture.verify()).toEqual({
      entries: 0,
      chains: 0,
      earlier: { entries: 0, closed: false },
      erased: 0,
      objects: 0,
      broken: [],
    });
  });

  test("reads chains across batches", async () => {
    const subject = newId();
    for (let from = 0; from < 5; from += 1) await fixture.appendChain(900, subject);
    await fixture.append(...Array.from({ length: 300 }, (_, index) => testEntry(newId(), index)));
    expect(await fixture.verify()).toMatchObject({ entries: 4800, chains: 301, broken: [] });
  });

  test.each([
    ["detail", `detail = '{"storage":"private","reason":"withdrawn","objects":9}'`],
    ["event", "event = 'bytes.kept'"],
    ["time", "at = at + interval '1 millisecond'"],
    ["actor", `"byId" = '01890000-0000-7000-8000-000000000000'`],
    ["subject", '"subjectId" = NULL'],
    ["person", `"personId" = '01890000-0000-7000-8000-000000000000'`],
    ["personal data", `"personHash" = 'x'`],
    ["hash", "seal = 'x'"],
    ["number", "seq = seq + 1000"],
  ])("names an entry whose %s was edited", async (_, change) => {
    const { subject, seqs } = await appendFour();
    await fixture.tamper(`UPDATE "Trail" SET ${change} WHERE "chainId" = '${subject}' AND position = 2`);
    const { broken } = await fixture.verify();
    expect(broken[0]).toMatchObject({ reason: MISMATCH });
    const named = new Set(broken.map(({ seq }) => (seq ?? 0) % 1000));
    expect([...named]).toEqual([(seqs[1] ?? 0) % 1000]);
  });

  test.each([
    [1, 1, "entry 1 of its subject, before it, is missing"],
    [3, 3, "entry 3 of its subject, before it, is missing"],
    [4, 3, "the last entry of its subject is missing"],
  ])("names the place of a removed entry %i", async (position, named, reason) => {
    const { subject, seqs } = await appendFour();
    await fixture.tamper(`DELETE FROM "Trail" WHERE "chainId" = '${subject}' AND position = ${position}`);
    expect((await fixture.verify()).broken).toEqual([{ seq: seqs[named], subject, reason }]);
  });

  test("names a chain that was shortened together with its head", async () => {
    const { subject, seqs } = await appendFour();
    await fixture.tamper(
      `DELETE FROM "Trail" WHERE "chainId" = '${subject}' AND position = 4`,
      `UPDATE "TrailHead" h SET position = t.position, seq = t.seq, hash = t.seal FROM "Trail" t
       WHERE h."chainId" = t."chainId" AND t."chainId" = '${subject}' AND t.position = 3`,
    );
    expect((await fixture.verify()).broken).toEqual([
      { seq: seqs[2], subject, reason: "the head of its subject was changed" },
    ]);
  });

  test("names a chain without its head", async () => {
    const { subject, seqs } = await appendFour();
    await fixture.tamper(`DELETE FROM "TrailHead" WHERE "chainId" = '${subject}'`);
    expect((await fixture.verify()).broken).toEqual([
      { seq: seqs[0], subject, reason: "the head of its subject is missing" },
    ]);
  });

  test("names a subject whose entries are all removed", async () => {
    const { subject, seqs } = await appendFour();
    await fixture.tamper(`DELETE FROM "Trail" WHERE "chainId" = '${subject}'`);
    expect((await fixture.verify()).broken).toEqual([
      { seq: seqs[3], subject, reason: "all entries of its subject are missing" },
    ]);
  });

  test("names the first of two entries that were swapped", async () => {
    const { subject, seqs } = await appendFour();
    const at = (position: number) => `"chainId" = '${subject}' AND position = ${position}`;
    await fixture.tamper(
      `UPDATE "Trail" SET position = 99 WHERE ${at(2)}`,
      `UPDATE "Trail" SET position = 2 WHERE ${at(3)}`,
      `UPDATE "Trail" SET position = 3 WHERE ${at(99)}`,
    );
    expect((await fixture.verify()).broken).toEqual([{ seq: seqs[2], subject, reason: MISMATCH }]);
  });

  test("names the entry after one that was exchanged for an earlier version", async () => {
    const subject = await fixture.appendChain(1);
    const head = await fixture.db.trailHead.findUniqueOrThrow({ where: { chainId: subject } });
    await fixture.append(testEntry(subject, 1));
    // As if the database was set back, and other entries followed.
    await fixture.tamper(
      `CREATE TABLE "Earlier" AS SELECT * FROM "Trail" WHERE "chainId" = '${subject}' AND position = 2`,
      `DELETE FROM "Trail" WHERE "chainId" = '${subject}' AND position = 2`,
    );
    await fixture.db.trailHead.update({ where: { chainId: subject }, data: head });
    await fixture.append(testEntry(subject, 7), testEntry(subject, 8));
    const [, , last] = await fixture.readChain(subject);
    await fixture.tamper(
      `DELETE FROM "Trail" WHERE "chainId" = '${subject}' AND position = 2`,
      'INSERT INTO "Trail" SELECT * FROM "Earlier"',
      'DROP TABLE "Earlier"',
    );
    expect((await fixture.verify()).broken).toEqual([{ seq: Number(last?.seq), subject, reason: MISMATCH }]);
  });

  test("names an entry that was moved to another subject", async () => {
    const { subject } = await appendFour();
    const other = await fixture.appendChain(3);
    const [, , , last] = await fixture.readChain(subject);
    await fixture.tamper(
      `UPDATE "Trail" SET "chainId" = '${other}', "subjectId" = '${other}' WHERE seq = ${last?.seq}`,
    );
    expect((await fixture.verify()).broken).toContainEqual({
      seq: Number(last?.seq),
      subject: other,
      reason: MISMATCH,
    });
  });

  test("names a chain that was computed again with another key", async () => {
    const { subject } = await appendFour();
    await fixture.tamper(
      `DELETE FROM "Trail" WHERE "chainId" = '${subject}'`,
      `DELETE FROM "TrailHead" WHERE "chainId" = '${subject}'`,
    );
    const context = { ...fixture.context, trailKey: trailKeyOf("a secret of another person") };
    await fixture.db.$transaction((tx) => appendToTrail(tx, context, [testEntry(subject, 1)]));
    const [forged] = await fixture.readChain(subject);
    expect((await fixture.verify()).broken).toEqual([
      { seq: Number(forged?.seq), subject, reason: MISMATCH },
    ]);
  });

  test("reports no finding for an entry that is appended meanwhile", async () => {
    const subject = newId();
    for (let from = 0; from < 3; from += 1) await fixture.appendChain(900, subject);
    const connect = fixture.db.pool.connect.bind(fixture.db.pool);
    const append = vi.fn(() => fixture.appendChain(1, subject));
    vi.spyOn(fixture.db.pool, "connect").mockImplementationOnce(async () => {
      const client = await connect();
      const query = client.query.bind(client);
      vi.spyOn(client, "query").mockImplementation(async (...parameters: Parameters<typeof query>) => {
        const result = await query(...parameters);
        // After the first of two batches.
        if (/"TrailPersonal"/.test(parameters[0]) && append.mock.calls.length === 0) await append();
        return result;
      });
      return client;
    });
    expect(await fixture.verify()).toMatchObject({ entries: 2700, broken: [] });
    vi.restoreAllMocks();
    expect(await fixture.verify()).toMatchObject({ entries: 2701, broken: [] });
  });
});
