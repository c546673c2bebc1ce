import { afterAll, beforeAll, expect, test } from "vitest";
import { Problem } from "../../errors";
import { putTombstone } from "../../files/tombstones";
import { newId } from "../../id";
import { createSweepFixture, type SweepFixture } from "../../uploads/testing/sweep-fixture";
import { checkRestoredFiles } from "./restored-files";

let fixture: SweepFixture;
beforeAll(async () => {
  fixture = await createSweepFixture();
});
afterAll(() => fixture.drop());

/** Stores an object of a destroyed file, as a restored bucket has it. */
async function restoreDestroyedFile(): Promise<void> {
  const prefix = `files/${newId()}/`;
  const destroyedAt = new Date().toISOString();
  await putTombstone(fixture.storages.private, newId(), { prefix, reason: "retention", destroyedAt });
  await fixture.putObjects("private", `${prefix}original`);
}

test("a deployment without a restored backup has no finding", async () => {
  expect(await checkRestoredFiles(fixture.context)).toEqual([]);
});

test("destroys restored files again and reports them once", async () => {
  await restoreDestroyedFile();
  expect(await checkRestoredFiles(fixture.context)).toMatchObject([
    { check: "restored-files", outcome: "warning", found: expect.stringContaining("1 destroyed files") },
  ]);
  expect(await checkRestoredFiles(fixture.context)).toEqual([]);
});

test("fails if a restored file cannot be deleted", async () => {
  await restoreDestroyedFile();
  const { private: storage } = fixture.storages;
  const refusing = new Proxy(storage, {
    get: (target, name) => {
      if (name === "removeMany") return () => Promise.reject(new Problem("unavailable", "Away."));
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const context = { ...fixture.context, storages: { ...fixture.storages, private: refusing } };
  const findings = await checkRestoredFiles(context);
  expect(findings).toContainEqual(
    expect.objectContaining({ check: "restored-files-left", outcome: "failed" }),
  );
});

test("names an object that is no tombstone", async () => {
  await fixture.putObjects("private", "destroyed/other");
  const findings = await checkRestoredFiles(fixture.context);
  const named = { check: "tombstones", found: expect.stringContaining("such as destroyed/other") };
  expect(findings).toContainEqual(expect.objectContaining(named));
});

test("says that it could not check without a storage", async () => {
  const away = new Proxy(fixture.storages.private, {
    get: () => () => {
      throw new Problem("unavailable", "The store is away.");
    },
  });
  const context = { ...fixture.context, storages: { ...fixture.storages, private: away } };
  expect(await checkRestoredFiles(context)).toMatchObject([{ outcome: "untested" }]);
});
