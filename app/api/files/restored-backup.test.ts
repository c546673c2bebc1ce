import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { appContext, db, storages } from "@/app/_server/app-context";
import { getProfileCard } from "@/lib/accounts/profile-card";
import { publishTrailHeads } from "@/lib/audit/publish-heads";
import { verifyTrail } from "@/lib/audit/verify-trail";
import { Problem } from "@/lib/errors";
import { signContentUrl, signPageUrl } from "@/lib/files/signed-urls";
import { putTombstone } from "@/lib/files/tombstones";
import { newId } from "@/lib/id";
import { JOBS } from "@/lib/jobs/jobs";
import { replayCompletely } from "@/lib/retention/replay";
import { readAll } from "@/lib/storage/read-all";
import type { Storage } from "@/lib/storage/storage";
import { samplePdf, samplePhoto } from "@/tests/support/app/documents";
import { withPrivateFault } from "@/tests/support/app/faulty-storage";
import { createMember, type Person } from "@/tests/support/app/person";
import { backUpDatabase } from "@/tests/support/database";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

// The procedure of docs/operations/backup.md, on the storage of the test run.

let environment: TestEnvironment;
let member: Person;
beforeAll(async () => {
  environment = await createTestEnvironment();
});
beforeEach(async () => {
  member = await createMember();
});
afterAll(() => environment.drop());

const upload = async (field = "medicalLetter") =>
  member.uploadFile(field, await samplePdf(), { type: "application/pdf" });

const uploadPicture = async () =>
  member.uploadFile("profilePicture", await samplePhoto(), { type: "image/jpeg" });

/** Copies the objects of the private storage. `restore` writes those that are missing. */
async function backUpBucket() {
  const storage = storages().private;
  const objects = new Map<string, Buffer>();
  for (const key of await listKeys(storage)) objects.set(key, await readAll(await storage.read(key)));
  return {
    keys: [...objects.keys()],
    restore: async () => {
      const existing = new Set(await listKeys(storage));
      for (const [key, bytes] of objects)
        if (!existing.has(key))
          await storage.put(key, bytes, { type: "application/pdf", size: bytes.length });
    },
  };
}

async function listKeys(storage: Storage, prefix = ""): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list(prefix)) keys.push(key);
  return keys;
}

const statusesOf = async ({ id }: { id: string }) => ({
  content: (await member.get(`/api/files/${id}/content`)).status,
  page: (await member.get(`/api/files/${id}/pages/1`)).status,
});
const GONE = { content: 410, page: 410 };
const READABLE = { content: 302, page: 302 };

async function endRetention(id: string): Promise<void> {
  const past = new Date(0);
  const run = () => JOBS.get("retention")?.run(appContext());
  await run();
  // The first run of an installation computes the dates of all files again.
  await db().file.update({ where: { id }, data: { keepUntil: past } });
  expect(await run()).toMatchObject({ ended: 1, failed: 0 });
}

describe("after database and bucket are restored", () => {
  test("no destroyed byte is readable, before the replay and after it", async () => {
    const [kept, withdrawn, ended] = [await upload("contract"), await upload(), await upload()];
    expect(await statusesOf(withdrawn)).toEqual(READABLE);
    const [database, bucket] = [await backUpDatabase(environment.url), await backUpBucket()];
    await member.request("DELETE", `/api/files/${withdrawn.id}`);
    await endRetention(ended.id);
    await database.restore();
    await bucket.restore();
    expect(await listKeys(storages().private)).toEqual(expect.arrayContaining(bucket.keys));
    expect((await db().file.findUniqueOrThrow({ where: { id: withdrawn.id } })).purgedAt).toBeNull();
    expect([await statusesOf(withdrawn), await statusesOf(ended)]).toEqual([GONE, GONE]);
    expect(await statusesOf(kept)).toEqual(READABLE);

    expect(await replayCompletely(appContext())).toMatchObject({ replayed: 2, failed: 0, unreadable: [] });
    expect([await statusesOf(withdrawn), await statusesOf(ended)]).toEqual([GONE, GONE]);
    expect(await statusesOf(kept)).toEqual(READABLE);
    const rows = await db().file.findMany({ where: { ownerId: member.id }, orderBy: { id: "asc" } });
    expect(rows).toMatchObject([
      { purgedAt: null },
      { status: "withdrawn", purgedAt: expect.any(Date) },
      { status: "expired", purgedAt: expect.any(Date) },
    ]);
    for (const { prefix } of rows.slice(1)) expect(await listKeys(storages().private, prefix)).toEqual([]);
    const receipt = await member.get(`/api/files/${ended.id}/receipt`);
    expect(await receipt.json()).toMatchObject({ reason: "retention", file: { sha256: ended.sha256 } });
    expect((await verifyTrail(appContext())).broken).toEqual([]);
    expect(await replayCompletely(appContext())).toMatchObject({ replayed: 0, failed: 0 });
    await database.drop();
  });

  test("a request is open again whose document was withdrawn", async () => {
    const request = { id: newId(), memberId: member.id, field: "contract", createdAt: new Date(0) };
    await db().request.create({ data: request });
    const stateOf = async () => (await db().request.findUniqueOrThrow({ where: { id: request.id } })).state;
    const contract = await upload("contract");
    expect(await stateOf()).toBe("fulfilled");
    const database = await backUpDatabase(environment.url);
    await member.request("DELETE", `/api/files/${contract.id}`);
    await database.restore();
    expect(await stateOf()).toBe("fulfilled");
    await replayCompletely(appContext());
    expect(await stateOf()).toBe("open");
    await database.drop();
  });

  test("no URL is signed while the storage cannot say what was destroyed", async () => {
    const { id } = await upload();
    const read = () => Promise.reject(new Problem("unavailable", "The store is away."));
    const away = withPrivateFault(appContext(), { read });
    const client = { address: null, userAgent: null };
    for (const sign of [
      () => signContentUrl(away, member.viewer, id, "view", client),
      () => signPageUrl(away, member.viewer, id, 1, client),
    ])
      await expect(sign()).rejects.toMatchObject({ code: "unavailable" });
    expect(await db().access.count({ where: { fileId: id } })).toBe(0);
  });

  test("a picture that was replaced is neither published nor shown", async () => {
    const picture = await uploadPicture();
    const [database, bucket] = [await backUpDatabase(environment.url), await backUpBucket()];
    await uploadPicture();
    await database.restore();
    await bucket.restore();
    expect((await member.get(`/api/files/${picture.id}/content`)).status).toBe(410);
    const publish = { body: { visibility: "public" } };
    expect((await member.request("PATCH", "/api/profile", publish)).status).toBe(410);
    expect(await listKeys(storages().public)).toEqual([]);
    expect(await replayCompletely(appContext())).toMatchObject({ replayed: 1, failed: 0 });
    expect((await member.request("PATCH", "/api/profile", publish)).status).toBe(200);
    expect(await (await member.get("/api/profile")).json()).toMatchObject({ picture: null });
    await database.drop();
  });

  test("the audit trail names the published entries that the backup lacks", async () => {
    const file = await upload();
    const database = await backUpDatabase(environment.url);
    await member.request("DELETE", `/api/files/${file.id}`);
    expect(await publishTrailHeads(appContext())).toBeGreaterThan(0);
    await database.restore();
    const lost = {
      subject: file.id,
      reason: expect.stringMatching(/^entry 1 of .* published on .* is missing$/),
    };
    expect((await verifyTrail(appContext())).broken).toMatchObject([lost]);
    expect(await replayCompletely(appContext())).toMatchObject({ replayed: 1, failed: 0 });
    const other = { subject: file.id, reason: expect.stringMatching(/^entry 1 of .* is another one$/) };
    expect((await verifyTrail(appContext())).broken).toMatchObject([other]);
    await database.drop();
  });

  test("the card of a profile reads no destroyed picture", async () => {
    await member.request("PATCH", "/api/profile", { body: { visibility: "public" } });
    const { id } = await uploadPicture();
    const { prefix, owner } = await db().file.findUniqueOrThrow({ where: { id }, include: { owner: true } });
    const reads: string[] = [];
    const read = (key: string) => {
      reads.push(key);
      return storages().private.read(key);
    };
    const watched = { ...withPrivateFault(appContext(), { read }), profileCards: undefined };
    await getProfileCard(watched, owner.handle);
    expect(reads.some((key) => key.startsWith(prefix))).toBe(true);
    const destroyedAt = new Date().toISOString();
    await putTombstone(storages().private, id, { prefix, reason: "superseded", destroyedAt });
    reads.length = 0;
    await getProfileCard(watched, owner.handle);
    expect(reads).toEqual([`destroyed/${id}`]);
  });
});
