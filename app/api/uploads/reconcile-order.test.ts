import { describe, expect, test } from "vitest";
import { appContext, db, storages } from "@/app/_server/app-context";
import { randomName } from "@/lib/id";
import { streamExpectedObjects } from "@/lib/uploads/reconciling/expected-objects";
import {
  collect,
  findDifferences,
  putUnknownObject,
  reconcileFixture,
} from "@/tests/support/app/reconcile-fixture";

const { uploadDocument: document, uploadPicture: picture } = reconcileFixture();

describe("reconcile", () => {
  test("rejects a store that does not list in byte order", async () => {
    await putUnknownObject("private", `files/${randomName()}/original`, 1);
    await putUnknownObject("private", `files/${randomName()}/original`, 1);
    const { private: secret, public: open } = storages();
    const backwards = new Proxy(secret, {
      get: (target, name) =>
        name === "list"
          ? async function* (prefix: string) {
              yield* (await collect(target.list(prefix))).reverse();
            }
          : Reflect.get(target, name),
    });
    await expect(
      findDifferences({ db: db(), storages: { private: backwards, public: open } }),
    ).rejects.toThrow("The objects of the store are not in the byte order of their names");
  });
});

test("reconcile reads rows in byte order with any collation", async () => {
  const [letter, shown] = [await document(), await picture()];
  const alter = (collation: string) =>
    db().$executeRawUnsafe(
      `ALTER TABLE "File" ALTER COLUMN prefix TYPE text COLLATE ${collation}, ALTER COLUMN "publicPrefix" TYPE text COLLATE ${collation}`,
    );
  await db().$executeRawUnsafe(
    `CREATE COLLATION digits_last (provider = icu, locale = 'en-u-kr-latn-digit')`,
  );
  for (const [{ id }, name] of [
    [letter, "b1"],
    [shown, "1b"],
  ] as const)
    await db().file.update({ where: { id }, data: { prefix: `files/${name}/`, variants: [] } });
  await alter("digits_last");
  const rows = await collect(streamExpectedObjects(appContext(), "private", 1));
  expect(rows.map(({ prefix }) => prefix)).toEqual(["files/1b/", "files/b1/"]);
  expect((await findDifferences()).filter(({ kind }) => kind === "missing").map(({ key }) => key)).toEqual([
    "files/1b/original",
    "files/b1/original",
  ]);
  await alter(`"C"`);
});

test("reconcile reads a page of rows from the index without sorting", async () => {
  // With few rows the planner may choose other plans, so the test disables them.
  for (const column of ["prefix", `"publicPrefix"`]) {
    const plan = await db().$transaction(async (tx) => {
      await tx.$executeRawUnsafe("SET LOCAL enable_seqscan = off");
      await tx.$executeRawUnsafe("SET LOCAL enable_bitmapscan = off");
      return tx.$queryRawUnsafe<{ "QUERY PLAN": string }[]>(
        `EXPLAIN SELECT id FROM "File" WHERE ${column} > 'a' COLLATE "C" ORDER BY ${column} COLLATE "C" LIMIT 10`,
      );
    });
    const lines = plan.map((line) => line["QUERY PLAN"]).join("\n");
    expect(lines).toContain("Index Scan");
    expect(lines).not.toContain("Sort");
  }
});
