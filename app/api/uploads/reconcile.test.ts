import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { db, deps, storages } from "@/app/_server/services";
import { samplePdf, samplePhoto } from "@/app/testing/documents";
import { measured, type Person, put, signUp } from "@/app/testing/person";
import type { Deps } from "@/lib/deps";
import { type FileRow, originalKey, variantKey, variantsSchema } from "@/lib/files/file";
import { doom } from "@/lib/files/purge";
import { randomName } from "@/lib/id";
import type { Storage, StorageClass, Storages } from "@/lib/storage/storage";
import { type TestEnvironment, testEnvironment } from "@/lib/testing/environment";
import { reconcile } from "@/lib/uploads/reconcile";
import { expectedIn } from "@/lib/uploads/reconciling/expected";
import type { Finding } from "@/lib/uploads/reconciling/finding";

let environment: TestEnvironment;
let ada: Person;

beforeAll(async () => {
  environment = await testEnvironment();
});
beforeEach(async () => {
  ada = await signUp("Ada");
  await ada.call("PATCH", "/api/profile", { body: { visibility: "public" } });
});
afterEach(async () => {
  for (const storage of Object.values(storages()))
    for await (const { key } of storage.list("")) await storage.remove(key);
  await db().purge.deleteMany();
  await db().user.deleteMany();
});
afterAll(() => environment.drop());

const document = async () => ada.file("medicalLetter", await samplePdf(), { type: "application/pdf" });
const picture = async () => ada.file("profilePicture", await samplePhoto(), { type: "image/jpeg" });
const rowOf = ({ id }: { id: string }) => db().file.findUniqueOrThrow({ where: { id } });
const namesOf = ({ variants }: FileRow) => variantsSchema.parse(variants).map(({ name }) => name);

async function found(looked: Pick<Deps, "db" | "storages"> = deps()): Promise<Finding[]> {
  return collected(reconcile(looked));
}

async function collected<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of stream) all.push(each);
  return all;
}

async function plant(storage: StorageClass, key: string, size: number): Promise<string> {
  await storages()[storage].put(key, new Uint8Array(size), { type: "image/webp", size });
  return key;
}

async function replace(storage: StorageClass, key: string, size: number): Promise<void> {
  await storages()[storage].remove(key);
  await plant(storage, key, size);
}

describe("Reconcile says of a site", () => {
  test("in order, in every state that a file can be in, that it is", async () => {
    const withdrawn = await document();
    await ada.call("DELETE", `/api/files/${withdrawn.id}`);
    const shown = await picture();
    await ada.call("PATCH", `/api/files/${shown.id}`, {
      body: { crop: { x: 0, y: 0, width: 0.3, height: 0.4 } },
    });
    const read = await document();
    expect((await ada.get(`/api/files/${read.id}/pages/1`)).status).toBe(302);
    const checked = { rows: 0, objects: 0 };
    expect(await collected(reconcile(deps(), checked))).toEqual([]);
    // The picture with its five variants and their copies; the document with a page.
    expect(checked).toEqual({ rows: 2, objects: 6 + 5 + 2 });
  });

  test("which objects are missing, in either storage", async () => {
    const [letter, shown] = [await rowOf(await document()), await rowOf(await picture())];
    const [name = ""] = namesOf(shown);
    await storages().private.remove(originalKey(letter));
    await storages().private.remove(variantKey(shown, name));
    await storages().public.remove(`${shown.publicPrefix}${name}`);
    expect(new Set(await found())).toEqual(
      new Set([
        { kind: "missing", storage: "private", key: originalKey(letter), fileId: letter.id },
        { kind: "missing", storage: "private", key: variantKey(shown, name), fileId: shown.id },
        { kind: "missing", storage: "public", key: `${shown.publicPrefix}${name}`, fileId: shown.id },
      ]),
    );
  });

  test("which objects are unknown: beside files, below them, of withdrawn ones, and before and behind all others", async () => {
    const shown = await rowOf(await picture());
    const withdrawn = await rowOf(await document());
    await ada.call("DELETE", `/api/files/${withdrawn.id}`);
    const planted = [
      { storage: "private" as const, key: `${shown.prefix}${randomName()}/stray` },
      { storage: "private" as const, key: `${shown.prefix}unheard-of` },
      { storage: "private" as const, key: `${withdrawn.prefix}original` },
      { storage: "private" as const, key: `${withdrawn.prefix}pages/1-of-somebody.webp` },
      { storage: "private" as const, key: `files/${randomName()}/original` },
      { storage: "private" as const, key: `quarantine/${randomName()}` },
      { storage: "private" as const, key: "a" },
      { storage: "private" as const, key: "zz/z" },
      { storage: "public" as const, key: `${shown.publicPrefix}pages/1-of-nobody.webp` },
      { storage: "public" as const, key: `pictures/${randomName()}/x.webp` },
    ];
    for (const [index, { storage, key }] of planted.entries()) await plant(storage, key, index);
    expect(new Set(await found())).toEqual(
      new Set(planted.map((each, size) => ({ kind: "unknown", ...each, size }))),
    );
  });

  test("which objects have another size than their row says", async () => {
    const [letter, shown] = [await rowOf(await document()), await rowOf(await picture())];
    const [variant] = variantsSchema.parse(shown.variants);
    const name = variant?.name ?? "";
    await replace("private", originalKey(letter), 7);
    await replace("public", `${shown.publicPrefix}${name}`, 8);
    expect(new Set(await found())).toEqual(
      new Set([
        {
          kind: "mismatched",
          storage: "private",
          key: originalKey(letter),
          fileId: letter.id,
          expected: Number(letter.size),
          found: 7,
        },
        {
          kind: "mismatched",
          storage: "public",
          key: `${shown.publicPrefix}${name}`,
          fileId: shown.id,
          expected: variant?.size,
          found: 8,
        },
      ]),
    );
  });

  test("nothing of what an open upload or a purge owns, and all of it once they are gone", async () => {
    const bytes = await samplePdf();
    const announced = { field: "medicalLetter", name: "a.pdf", type: "application/pdf", ...measured(bytes) };
    const issued = await (await ada.post("/api/uploads", announced)).json();
    await put(issued, bytes);
    const { key } = await db().upload.findUniqueOrThrow({ where: { id: issued.id } });
    const [one, below, beside] = [
      `files/${randomName()}/original`,
      `files/${randomName()}/`,
      `files/${randomName()}/x`,
    ];
    for (const each of [
      one,
      `${below}original`,
      `${below}${randomName()}/deep`,
      beside,
      `${beside}-neighbour`,
    ])
      await plant("private", each, 3);
    await doom(db(), deps(), [
      { storage: "private", prefix: one },
      { storage: "private", prefix: below },
      { storage: "private", prefix: beside },
      { storage: "public", prefix: `${beside}-neighbour` },
    ]);
    expect(await found()).toEqual([
      { kind: "unknown", storage: "private", key: `${beside}-neighbour`, size: 3 },
    ]);
    await db().purge.deleteMany();
    await db().upload.update({ where: { id: issued.id }, data: { state: "expired" } });
    const keys = (await found()).map((finding) => finding.key);
    expect(keys.sort()).toEqual(
      [
        key,
        one,
        `${below}original`,
        keys.find((each) => each.endsWith("/deep")),
        beside,
        `${beside}-neighbour`,
      ].sort(),
    );
  });
});

/** The same storage, where something happens while it is being listed: before it is read, or once its first object was handed on. */
function meanwhile(real: Storage, happen: () => Promise<void>, when: "after" | "between"): Storage {
  async function* list(prefix: string): ReturnType<Storage["list"]> {
    const before = await collected(real.list(prefix));
    if (when === "after") {
      await happen();
      return yield* before;
    }
    const [first] = before;
    if (!first) throw new Error("There has to be something to begin with.");
    yield first;
    await happen();
    for await (const each of real.list(prefix)) if (each.key > first.key) yield each;
  }
  return new Proxy(real, {
    get: (target, name) => {
      if (name === "list") return list;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

describe("On a site at work", () => {
  test.each(["after", "between"] as const)(
    "what comes, goes and moves while the two sides are read is no finding: %s the listing",
    async (when) => {
      await plant("private", "a", 1);
      await doom(db(), deps(), [{ storage: "private", prefix: "a" }]);
      await plant("public", "a", 1);
      await doom(db(), deps(), [{ storage: "public", prefix: "a" }]);
      const [gone, shown] = [await document(), await picture()];
      const happen = async () => {
        await document();
        await ada.call("DELETE", `/api/files/${gone.id}`);
        await ada.call("PATCH", `/api/files/${shown.id}`, {
          body: { crop: { x: 0, y: 0, width: 0.3, height: 0.4 } },
        });
        const bytes = await samplePdf();
        const announced = {
          field: "medicalLetter",
          name: "a.pdf",
          type: "application/pdf",
          ...measured(bytes),
        };
        await put(await (await ada.post("/api/uploads", announced)).json(), bytes);
      };
      const { private: secret, public: open } = storages();
      for (const looked of [
        { private: meanwhile(secret, happen, when), public: open },
        { private: secret, public: meanwhile(open, happen, when) },
      ] satisfies Storages[])
        expect(await found({ db: db(), storages: looked })).toEqual([]);
    },
  );

  test("nothing is found while people upload, cut, hide, withdraw and give up, all at once", {
    timeout: 240_000,
  }, async () => {
    const people = await Promise.all(["Ada", "Ben", "Cem"].map((name) => signUp(name)));
    let working = true;
    const live = async (person: Person) => {
      for (let round = 0; round < 3; round += 1) {
        const letter = await person.file("medicalLetter", await samplePdf(), { type: "application/pdf" });
        await person.call("PATCH", "/api/profile", {
          body: { visibility: round % 2 ? "private" : "public" },
        });
        const shown = await person.file("profilePicture", await samplePhoto(), { type: "image/jpeg" });
        await person.get(`/api/files/${letter.id}/pages/1`);
        await person.call("PATCH", `/api/files/${shown.id}`, {
          body: { crop: { x: 0, y: 0, width: 0.3, height: 0.4 } },
        });
        await person.call("DELETE", `/api/files/${letter.id}`);
        await person.upload("medicalLetter", Buffer.from(randomUUID()), { type: "application/pdf" });
      }
    };
    const work = Promise.all(people.map(live)).finally(() => {
      working = false;
    });
    let runs = 0;
    for (; working; runs += 1) expect(await found()).toEqual([]);
    await work;
    expect(await found()).toEqual([]);
    expect(runs).toBeGreaterThan(3);
  });
});

describe("Reconcile will not compare", () => {
  test("a store that lists in another order than that of the bytes", async () => {
    await plant("private", `files/${randomName()}/original`, 1);
    await plant("private", `files/${randomName()}/original`, 1);
    const { private: secret, public: open } = storages();
    const backwards = new Proxy(secret, {
      get: (target, name) =>
        name === "list"
          ? async function* (prefix: string) {
              yield* (await collected(target.list(prefix))).reverse();
            }
          : Reflect.get(target, name),
    });
    await expect(found({ db: db(), storages: { private: backwards, public: open } })).rejects.toThrow(
      "The objects of the store come in another order",
    );
  });
});

test("a database whose columns order names in another way is read in the order of the bytes all the same", async () => {
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
  const rows = await collected(expectedIn(deps(), "private", 1));
  expect(rows.map(({ prefix }) => prefix)).toEqual(["files/1b/", "files/b1/"]);
  expect((await found()).filter(({ kind }) => kind === "missing").map(({ key }) => key)).toEqual([
    "files/1b/original",
    "files/b1/original",
  ]);
  await alter(`"C"`);
});

test("a page of rows comes from the index as it is, without being sorted", async () => {
  // With so few rows a plan is a matter of taste; without these two there is only one.
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
