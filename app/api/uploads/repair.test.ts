import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { appContext, db, storages } from "@/app/_server/app-context";
import {
  type FileRow,
  listPublishedVariants,
  originalKey,
  variantKey,
  variantsSchema,
} from "@/lib/files/file";
import { randomName } from "@/lib/id";
import { readAll } from "@/lib/storage/read-all";
import type { StorageClass } from "@/lib/storage/storage";
import { reconcile } from "@/lib/uploads/reconcile";
import {
  executeRepairs,
  type PlannedRepair,
  type RepairOutcome,
} from "@/lib/uploads/reconciling/execute-repairs";
import type { Finding } from "@/lib/uploads/reconciling/finding";
import { planRepair } from "@/lib/uploads/reconciling/plan-repair";
import { samplePdf, samplePhoto } from "@/tests/support/app/documents";
import { createMember, fetchUrl, type Person } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

let environment: TestEnvironment;
let ada: Person;

beforeAll(async () => {
  environment = await createTestEnvironment();
});
beforeEach(async () => {
  for (const storage of Object.values(storages()))
    for await (const { key } of storage.list("")) await storage.remove(key);
  await db().purge.deleteMany();
  await db().user.deleteMany();
  ada = await createMember("Ada");
  await ada.request("PATCH", "/api/profile", { body: { visibility: "public" } });
});
afterAll(() => environment.drop());

/** Lists scheduled purges, without those of the quarantine of completed uploads. */
const scheduledPurges = () =>
  db().purge.findMany({
    where: { prefix: { not: { startsWith: "quarantine/" } } },
    orderBy: { prefix: "asc" },
  });
const rowOf = ({ id }: { id: string }) => db().file.findUniqueOrThrow({ where: { id } });
const letter = async () =>
  rowOf(await ada.uploadFile("medicalLetter", await samplePdf(), { type: "application/pdf" }));
const picture = async (crop?: unknown) =>
  rowOf(
    await ada.uploadFile("profilePicture", await samplePhoto(), {
      type: "image/jpeg",
      ...(crop ? { crop } : {}),
    }),
  );
const namesOf = (file: FileRow) => variantsSchema.parse(file.variants).map(({ name }) => name);

async function plant(storage: StorageClass, key: string, size: number): Promise<void> {
  await storages()[storage].put(key, new Uint8Array(size), { type: "image/webp", size });
}

async function found(): Promise<Finding[]> {
  const all: Finding[] = [];
  for await (const finding of reconcile(appContext())) all.push(finding);
  return all;
}

async function planned(): Promise<PlannedRepair[]> {
  const all: PlannedRepair[] = [];
  for (const finding of await found()) all.push({ finding, repair: await planRepair(appContext(), finding) });
  return all;
}

/** Tells whether each public URL of the picture works. */
async function shown(file: FileRow): Promise<boolean[]> {
  const urls = listPublishedVariants(storages(), file).map(({ url }) => url);
  return Promise.all(urls.map(async (url) => (await fetchUrl(url)).ok));
}

const FIVE = [true, true, true, true, true];
const resolved = (outcomes: RepairOutcome[]) => outcomes.map((outcome) => outcome.resolved);

describe("a repair of", () => {
  test("unknown objects schedules a purge and deletes nothing", async () => {
    const file = await letter();
    const stray = `files/${randomName()}/original`;
    await plant("private", stray, 5);
    await plant("public", "left-over", 6);
    const plan = await planned();
    expect(plan.map(({ repair }) => repair)).toEqual([{ action: "destroy" }, { action: "destroy" }]);
    expect(await scheduledPurges()).toEqual([]);
    const before = Date.now();
    expect(resolved(await executeRepairs(appContext(), plan))).toEqual([true, true]);
    const purges = await scheduledPurges();
    expect(purges).toMatchObject([
      { storage: "private", prefix: stray },
      { storage: "public", prefix: "left-over" },
    ]);
    for (const { dueAt } of purges)
      expect(dueAt.getTime()).toBeGreaterThanOrEqual(before + appContext().limits.sweepGrace * 1000);
    expect(await storages().private.stat(stray)).toMatchObject({ size: 5 });
    expect(await storages().private.stat(originalKey(file))).not.toBeNull();
    expect(await found()).toEqual([]);
  });

  test("an object with a foreign name does nothing", async () => {
    const finding: Finding = { kind: "unknown", storage: "private", key: "files/", size: 0 };
    expect(await planRepair(appContext(), finding)).toMatchObject({ action: "nothing" });
    const [outcome] = await executeRepairs(appContext(), [
      { finding, repair: { action: "nothing", reason: "of its name" } },
    ]);
    expect(outcome).toMatchObject({ resolved: false, reason: "of its name" });
    expect(await scheduledPurges()).toEqual([]);
  });

  test("a broken publication publishes at a new URL", async () => {
    const file = await picture();
    const [lost = "", other = ""] = namesOf(file);
    await storages().public.remove(`${file.publicPrefix}${lost}`);
    await storages().public.remove(`${file.publicPrefix}${other}`);
    await plant("public", `${file.publicPrefix}${other}`, 3);
    const plan = await planned();
    expect(plan.map(({ finding, repair }) => [finding.kind, repair.action]).sort()).toEqual([
      ["mismatched", "publish"],
      ["missing", "publish"],
    ]);
    expect(resolved(await executeRepairs(appContext(), plan))).toEqual([true, true]);
    const now = await rowOf(file);
    expect(now.publicPrefix).not.toBe(file.publicPrefix);
    expect(await shown(now)).toEqual(FIVE);
    expect(await shown(file)).toEqual(FIVE.map(() => false));
    expect(await found()).toEqual([]);
  });

  test("missing variants renders them again with the same crop", async () => {
    const crop = { x: 0, y: 0, width: 0.3, height: 0.4 };
    const file = await picture(crop);
    for (const name of namesOf(file).slice(0, 2)) await storages().private.remove(variantKey(file, name));
    await storages().public.remove(`${file.publicPrefix}${namesOf(file)[0]}`);
    const plan = await planned();
    expect(plan.map(({ repair }) => repair.action)).toEqual(["render", "render", "render"]);
    expect(resolved(await executeRepairs(appContext(), plan))).toEqual([true, true, true]);
    const now = await rowOf(file);
    expect(now.crop).toEqual(crop);
    expect(await shown(now)).toEqual(FIVE);
    expect(await found()).toEqual([]);
  });

  test("a missing or changed original is rejected", async () => {
    const [gone, other] = [await letter(), await picture()];
    await storages().private.remove(originalKey(gone));
    await storages().private.remove(originalKey(other));
    await plant("private", originalKey(other), 4);
    const plan = await planned();
    expect(plan).toHaveLength(2);
    for (const { repair } of plan)
      expect(repair).toEqual({
        action: "nothing",
        reason: "it is the original: restore it from a backup",
      });
    expect(resolved(await executeRepairs(appContext(), plan))).toEqual([false, false]);
    expect(await found()).toHaveLength(2);
  });

  test("variants is rejected if the original is missing", async () => {
    const file = await picture();
    await storages().private.remove(originalKey(file));
    await storages().private.remove(variantKey(file, namesOf(file)[0] ?? ""));
    await storages().public.remove(`${file.publicPrefix}${namesOf(file)[0]}`);
    expect((await planned()).map(({ repair }) => repair.action)).toEqual(["nothing", "nothing", "nothing"]);
  });

  test("variants is rejected if the original has other bytes", async () => {
    const file = await picture();
    await storages().private.remove(variantKey(file, namesOf(file)[0] ?? ""));
    const bytes = await readAll(await storages().private.read(originalKey(file)));
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await storages().private.remove(originalKey(file));
    await storages().private.put(originalKey(file), bytes, { type: "image/webp", size: bytes.length });
    const outcomes = await executeRepairs(appContext(), await planned());
    expect(outcomes).toMatchObject([
      { resolved: false, reason: expect.stringContaining("not the one that was stored") },
    ]);
    expect((await rowOf(file)).cut).toBe(file.cut);
  });

  test("objects that are already consistent does nothing", async () => {
    const file = await picture();
    const stray = `files/${randomName()}/original`;
    await plant("private", stray, 5);
    const [name = ""] = namesOf(file);
    const bytes = await readAll(await storages().public.read(`${file.publicPrefix}${name}`));
    await storages().public.remove(`${file.publicPrefix}${name}`);
    const plan = await planned();
    expect(plan).toHaveLength(2);
    await storages().private.remove(stray);
    await storages().public.put(`${file.publicPrefix}${name}`, bytes, {
      type: "image/webp",
      size: bytes.length,
    });
    expect((await executeRepairs(appContext(), plan)).map(({ reason: because }) => because)).toEqual([
      "it is already consistent",
      "it is already consistent",
    ]);
    expect(await scheduledPurges()).toEqual([]);
    expect((await rowOf(file)).publicPrefix).toBe(file.publicPrefix);
  });
});
