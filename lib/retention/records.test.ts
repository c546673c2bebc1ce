import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { emptyTrail } from "../audit/testing/trail-fixture";
import { appendToTrail } from "../audit/trail";
import { verifyTrail } from "../audit/verify-trail";
import { instantBefore } from "../clock";
import { Prisma } from "../db/generated/client";
import { newId } from "../id";
import { createRecordingLog } from "../observability/testing/recording-log";
import { createSweepFixture, type SweepFixture } from "../uploads/testing/sweep-fixture";
import { endRecords } from "./end-records";
import { RECORDS } from "./records";

const NOW = new Date("2026-03-10T12:00:00.000Z");
let fixture: SweepFixture;
let ada: string;

beforeAll(async () => {
  fixture = await createSweepFixture();
});
beforeEach(async () => {
  const { db } = fixture;
  await emptyTrail(db);
  for (const table of ["User", "Throttle", "Verification", "Invitation", "RetentionRun"])
    await db.$executeRawUnsafe(`DELETE FROM "${table}"`);
  ada = await fixture.createMember();
});
afterAll(() => fixture.drop());

const contextAt = (time: Date) => ({ ...fixture.context, clock: { now: () => time } });
const later = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);

describe("the list of records", () => {
  const placesOf = () => RECORDS.flatMap(({ places }) => places);

  test("names every model of the database", () => {
    expect(Object.keys(Prisma.ModelName).filter((model) => !placesOf().includes(model))).toEqual([]);
  });

  test("names each place once, and only models that exist", () => {
    expect(placesOf().toSorted()).toEqual([...new Set(placesOf())].toSorted());
    const tables = placesOf().filter((place) => /^[A-Z][a-z]/.test(place));
    expect(
      tables.map((place) => place.split(".")[0]).filter((table) => !(table && table in Prisma.ModelName)),
    ).toEqual([]);
  });

  test("the account owns each record that ends with it", async () => {
    const rows = await fixture.db.$queryRaw<{ name: string }[]>`
      WITH RECURSIVE owned AS (
        SELECT '"User"'::regclass::oid AS id
        UNION SELECT conrelid FROM pg_constraint JOIN owned ON confrelid = owned.id WHERE confdeltype = 'c')
      SELECT relname AS name FROM owned JOIN pg_class ON oid = id`;
    const owned = new Set(rows.map(({ name }) => name));
    const claimed = RECORDS.flatMap(({ places, life }) => ("as" in life ? places : []));
    expect(claimed.filter((table) => !owned.has(table))).toEqual([]);
    expect(claimed.length).toBeGreaterThan(5);
  });
});

const AN_INVITED_PERSON = { id: newId(), email: "grace@example.org", createdAt: NOW };

/** Creates a record whose life begins now. Counts those that are left. */
const KINDS: Record<string, { create: () => Promise<unknown>; count: () => Promise<number> }> = {
  "Access.address": {
    create: () => createAccess(NOW),
    count: () =>
      fixture.db.access.count({ where: { OR: [{ address: { not: null } }, { userAgent: { not: null } }] } }),
  },
  Session: {
    create: () =>
      fixture.db.session.create({
        data: { id: newId(), token: newId(), userId: ada, expiresAt: later(7 * 24 * 3600_000) },
      }),
    count: () => fixture.db.session.count(),
  },
  Throttle: {
    create: () =>
      fixture.db.throttle.create({ data: { key: newId(), count: 1, windowEndsAt: later(15 * 60_000) } }),
    count: () => fixture.db.throttle.count(),
  },
  OneTimeLink: {
    create: () =>
      fixture.db.oneTimeLink.create({
        data: { ...AN_INVITED_PERSON, purpose: "recovery", personId: ada, expiresAt: NOW },
      }),
    count: () => fixture.db.oneTimeLink.count(),
  },
  Invitation: {
    create: () => fixture.db.invitation.create({ data: { ...AN_INVITED_PERSON, expiresAt: NOW } }),
    count: () => fixture.db.invitation.count(),
  },
  Verification: {
    create: () =>
      fixture.db.verification.create({ data: { id: newId(), identifier: "a", value: "b", expiresAt: NOW } }),
    count: () => fixture.db.verification.count(),
  },
  Upload: {
    create: async () => {
      const { id } = await fixture.createUpload({ ownerId: ada, state: "refused" });
      await fixture.db.upload.update({ where: { id }, data: { expiresAt: NOW } });
    },
    count: () => fixture.db.upload.count(),
  },
  Mail: {
    create: () =>
      fixture.db.mail.create({
        data: {
          id: newId(),
          template: "news",
          recipientId: ada,
          key: newId(),
          state: "failed",
          dueAt: NOW,
          endedAt: NOW,
        },
      }),
    count: () => fixture.db.mail.count(),
  },
  TrailPersonal: {
    create: () =>
      fixture.db.$transaction((tx) =>
        appendToTrail(tx, contextAt(NOW), [
          { event: "hold.placed", subjectId: ada, detail: {}, personal: { personId: ada, text: "Why" } },
        ]),
      ),
    count: () => fixture.db.trailPersonal.count(),
  },
  RetentionRun: {
    create: () => fixture.db.retentionRun.create({ data: { id: newId(), startedAt: NOW } }),
    count: () => fixture.db.retentionRun.count(),
  },
};

async function createAccess(at: Date): Promise<void> {
  const { id } = await fixture.db.file.create({
    data: {
      id: newId(),
      ownerId: ada,
      field: "contract",
      name: "a.pdf",
      type: "application/pdf",
      size: 1n,
      sha256: "",
      prefix: `${newId()}/`,
      visibility: "private",
      status: "stored",
    },
  });
  const data = { fileId: id, byId: ada, byName: "Ada", intent: "view" as const, at };
  await fixture.db.access.createMany({
    data: [
      { id: newId(), ...data, address: "192.0.2.1", userAgent: null },
      { id: newId(), ...data, address: null, userAgent: "Firefox" },
    ],
  });
}

const ENDING = RECORDS.flatMap(({ places, life }) =>
  "end" in life ? [{ place: places[0] ?? "", life }] : [],
);

describe("the job that ends records", () => {
  test("has a test for every kind of record", () => {
    // The folder of mails has its own, in lib/mail/folder.test.ts.
    expect(
      ENDING.map(({ place }) => place)
        .filter((place) => place !== "DATA_DIR/mail")
        .toSorted(),
    ).toEqual(Object.keys(KINDS).toSorted());
  });

  test.each(Object.keys(KINDS))("ends %s exactly after its life", async (place) => {
    const kind = KINDS[place];
    const life = ENDING.find((entry) => entry.place === place)?.life;
    if (!kind || !life) throw new Error(place);
    await kind.create();
    const end = endOf(life.for);
    expect(await endRecords(contextAt(new Date(end.getTime() - 1)))).toEqual({ removed: 0, failed: 0 });
    expect(await kind.count()).toBeGreaterThan(0);
    const runs = await Promise.all([endRecords(contextAt(end)), endRecords(contextAt(end))]);
    expect(await kind.count()).toBe(0);
    expect(runs.map(({ failed }) => failed)).toEqual([0, 0]);
    expect(await endRecords(contextAt(end))).toEqual({ removed: 0, failed: 0 });
  });

  test("keeps who opened a document when it removes from where", async () => {
    await createAccess(NOW);
    await endRecords(contextAt(endOf("P90D")));
    expect(await fixture.db.access.findMany()).toMatchObject([
      { byName: "Ada", address: null, userAgent: null },
      { byName: "Ada", address: null, userAgent: null },
    ]);
  });

  test("keeps the audit trail verifiable when it deletes old personal data", async () => {
    await KINDS.TrailPersonal?.create();
    await fixture.db.trailPersonal.deleteMany();
    expect((await verifyTrail(contextAt(new Date(endOf("P3Y").getTime() - 1)))).broken).toMatchObject([
      { reason: expect.stringContaining("personal data are missing") },
    ]);
    expect(await verifyTrail(contextAt(endOf("P3Y")))).toMatchObject({ erased: 1, broken: [] });
  });

  test("ends ten thousand records in batches, also beside another run", async () => {
    await fixture.db.$executeRaw`
      INSERT INTO "Throttle" (key, count, "windowEndsAt") SELECT 'k' || n, 1, ${NOW} FROM generate_series(1, 10000) n`;
    await createAccess(NOW);
    await fixture.db.$executeRaw`
      INSERT INTO "Access" (id, "fileId", "byId", intent, address, at)
      SELECT gen_random_uuid(), "fileId", "byId", 'view', '192.0.2.1', ${NOW}::timestamptz + n * interval '1 ms'
      FROM generate_series(1, 10000) n, (SELECT * FROM "Access" LIMIT 1) a`;
    const end = endOf("P90D");
    const runs = await Promise.all([endRecords(contextAt(end)), endRecords(contextAt(end))]);
    expect(runs.reduce((sum, { removed }) => sum + removed, 0)).toBe(10_002);
    expect(await fixture.db.throttle.count()).toBe(0);
    expect(await KINDS["Access.address"]?.count()).toBe(10_000);
    expect((await endRecords(contextAt(new Date(end.getTime() + 10_000)))).removed).toBe(10_000);
    expect(await fixture.db.access.count()).toBe(10_002);
  });

  test("starts no batch after its signal", async () => {
    await KINDS.RetentionRun?.create();
    expect(await endRecords(contextAt(endOf("P4Y")), AbortSignal.abort())).toEqual({ removed: 0, failed: 0 });
  });

  test("continues with the other kinds if one fails", async () => {
    const { log, lines } = createRecordingLog();
    // A file where the folder should be.
    const folder = import.meta.filename;
    const mail = {
      appUrl: "https://dossier.test",
      from: { name: "Dossier", address: "a@dossier.test" },
      transport: { kind: "folder" as const, folder },
      folder,
      secret: "a secret",
    };
    await KINDS.RetentionRun?.create();
    const result = await endRecords({ ...contextAt(endOf("P4Y")), log, mail });
    expect(result).toEqual({ removed: 1, failed: 1 });
    expect(lines).toMatchObject([{ level: "warn", facts: { places: "DATA_DIR/mail" } }]);
  });
});

/** The instant that lies a duration after NOW. */
function endOf(duration: string): Date {
  const end = new Date(2 * NOW.getTime() - instantBefore(NOW, duration).getTime());
  // The years before and after NOW have the same number of days.
  expect(instantBefore(end, duration)).toEqual(NOW);
  return end;
}
