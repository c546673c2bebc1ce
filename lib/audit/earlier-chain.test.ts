import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { applyMigrations, listMigrations, migrationsFolder } from "../../server/prisma/apply-migrations";
import { newId } from "../id";
import { createTrailFixture, type TrailFixture } from "./testing/trail-fixture";
import { hashOldEntry } from "./trail-hash";
import { closeEarlierChain } from "./verify-earlier-chain";

let fixture: TrailFixture;

beforeEach(async () => {
  fixture = await createTrailFixture();
});
afterEach(() => fixture.drop());

/** Builds the database of the release before, with entries as it wrote them, and migrates it. */
async function migrateEntries(count: number): Promise<void> {
  await fixture.db.$executeRawUnsafe("DROP SCHEMA public CASCADE");
  await fixture.db.$executeRawUnsafe("CREATE SCHEMA public");
  const folder = mkdtempSync(join(tmpdir(), "dossier-earlier-migrations-"));
  for (const name of listMigrations().filter((name) => name < "20261130104838"))
    cpSync(join(migrationsFolder, name), join(folder, name), { recursive: true });
  await applyMigrations(fixture.url, folder);
  rmSync(folder, { recursive: true });
  let hash = "";
  for (let seq = 1; seq <= count; seq += 1) {
    const at = new Date(`2026-11-29T10:00:0${seq % 10}.123Z`);
    const detail = { storage: "private", objects: seq };
    const entry = { seq: BigInt(seq), at, event: "bytes.destroyed", byId: null, subjectId: newId(), detail };
    hash = hashOldEntry(hash, entry);
    await fixture.db.$executeRaw`
      INSERT INTO "Trail" (seq, at, event, "subjectId", detail, seal)
      VALUES (${seq}, ${at}, ${entry.event}, ${entry.subjectId}::uuid, ${JSON.stringify(detail)}::jsonb, ${hash})`;
  }
  await applyMigrations(fixture.url);
}

const close = () => closeEarlierChain(fixture.context);

test("entries of the release before are verified, closed once and continued", async () => {
  await migrateEntries(12);
  expect(await fixture.verify()).toMatchObject({
    entries: 12,
    earlier: { entries: 12, closed: false },
    broken: [],
  });
  await close();
  await close();
  await fixture.appendChain(2);
  expect(await fixture.verify()).toMatchObject({
    entries: 15,
    chains: 2,
    earlier: { entries: 12, closed: true },
    broken: [],
  });
  const closing = await fixture.db.trail.findFirstOrThrow({ where: { event: "trail.rechained" } });
  expect(closing).toMatchObject({ seq: 13n, detail: { entries: 12, seq: 12, intact: true } });
});

test("a database without earlier entries gets no closing entry", async () => {
  await close();
  expect(await fixture.verify()).toMatchObject({ entries: 0, earlier: { entries: 0, closed: false } });
});

test.each([
  ["edited", `UPDATE "Trail" SET detail = '{}' WHERE seq = 5`, 5, "its content does not match its hash"],
  ["removed", `DELETE FROM "Trail" WHERE seq = 5`, 6, "the entry before it is missing"],
  ["removed", `DELETE FROM "Trail" WHERE seq = 1`, 2, "the entry before it is missing"],
])("names an earlier entry that was %s", async (_, statement, seq, reason) => {
  await migrateEntries(8);
  await close();
  await fixture.tamper(statement);
  expect((await fixture.verify()).broken).toMatchObject([{ seq, reason }]);
});

test.each([
  ["without its last entry", 'DELETE FROM "Trail" WHERE seq = 8'],
  ["without all its entries", 'DELETE FROM "Trail" WHERE seq <= 8'],
])("names an earlier chain %s", async (_, statement) => {
  await migrateEntries(8);
  await close();
  await fixture.tamper(statement);
  const reason = "the entries from before the key are not those that it closed";
  expect((await fixture.verify()).broken).toEqual([{ seq: 9, subject: null, reason }]);
});

test("names an earlier chain that was computed again", async () => {
  await migrateEntries(3);
  await close();
  const last = await fixture.db.trail.findUniqueOrThrow({ where: { seq: 3 } });
  const before = await fixture.db.trail.findUniqueOrThrow({ where: { seq: 2 } });
  const forged = hashOldEntry(before.hash, { ...last, detail: {} });
  await fixture.tamper(`UPDATE "Trail" SET detail = '{}', seal = '${forged}' WHERE seq = 3`);
  expect((await fixture.verify()).broken).toMatchObject([{ seq: 4 }]);
});
