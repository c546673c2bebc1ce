import { describe, expect, test } from "vitest";
import { appContext, db, storages } from "@/app/_server/app-context";
import { type FileRow, originalKey, variantKey, variantsSchema } from "@/lib/files/file";
import { schedulePurge } from "@/lib/files/purge";
import { randomName } from "@/lib/id";
import type { StorageClass } from "@/lib/storage/storage";
import { reconcile } from "@/lib/uploads/reconcile";
import { samplePdf } from "@/tests/support/app/documents";
import { putBytes, sizeAndHashOf } from "@/tests/support/app/person";
import {
  collect,
  findDifferences,
  putUnknownObject,
  reconcileFixture,
} from "@/tests/support/app/reconcile-fixture";

const site = reconcileFixture();
const { uploadDocument: document, uploadPicture: picture } = site;

const rowOf = ({ id }: { id: string }) => db().file.findUniqueOrThrow({ where: { id } });
const namesOf = ({ variants }: FileRow) => variantsSchema.parse(variants).map(({ name }) => name);

async function replace(storage: StorageClass, key: string, size: number): Promise<void> {
  await storages()[storage].remove(key);
  await putUnknownObject(storage, key, size);
}

describe("reconcile", () => {
  test("finds nothing for files in every consistent state", async () => {
    const withdrawn = await document();
    await site.ada.request("DELETE", `/api/files/${withdrawn.id}`);
    const shown = await picture();
    await site.ada.request("PATCH", `/api/files/${shown.id}`, {
      body: { crop: { x: 0, y: 0, width: 0.3, height: 0.4 } },
    });
    const read = await document();
    expect((await site.ada.get(`/api/files/${read.id}/pages/1`)).status).toBe(302);
    const checked = { rows: 0, objects: 0 };
    expect(await collect(reconcile(appContext(), checked))).toEqual([]);
    // The picture has five variants and their copies; the document has a page.
    expect(checked).toEqual({ rows: 2, objects: 6 + 5 + 2 });
  });

  test("finds missing objects in both storages", async () => {
    const [letter, shown] = [await rowOf(await document()), await rowOf(await picture())];
    const [name = ""] = namesOf(shown);
    await storages().private.remove(originalKey(letter));
    await storages().private.remove(variantKey(shown, name));
    await storages().public.remove(`${shown.publicPrefix}${name}`);
    expect(new Set(await findDifferences())).toEqual(
      new Set([
        { kind: "missing", storage: "private", key: originalKey(letter), fileId: letter.id },
        { kind: "missing", storage: "private", key: variantKey(shown, name), fileId: shown.id },
        { kind: "missing", storage: "public", key: `${shown.publicPrefix}${name}`, fileId: shown.id },
      ]),
    );
  });

  test("finds objects that no row references", async () => {
    const shown = await rowOf(await picture());
    const withdrawn = await rowOf(await document());
    await site.ada.request("DELETE", `/api/files/${withdrawn.id}`);
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
    for (const [index, { storage, key }] of planted.entries()) await putUnknownObject(storage, key, index);
    expect(new Set(await findDifferences())).toEqual(
      new Set(planted.map((each, size) => ({ kind: "unknown", ...each, size }))),
    );
  });

  test("finds objects of another size than in their row", async () => {
    const [letter, shown] = [await rowOf(await document()), await rowOf(await picture())];
    const [variant] = variantsSchema.parse(shown.variants);
    const name = variant?.name ?? "";
    await replace("private", originalKey(letter), 7);
    await replace("public", `${shown.publicPrefix}${name}`, 8);
    expect(new Set(await findDifferences())).toEqual(
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

  test("ignores objects of open uploads and purges", async () => {
    const bytes = await samplePdf();
    const announced = {
      field: "medicalLetter",
      name: "a.pdf",
      type: "application/pdf",
      ...sizeAndHashOf(bytes),
    };
    const issued = await (await site.ada.post("/api/uploads", announced)).json();
    await putBytes(issued, bytes);
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
      await putUnknownObject("private", each, 3);
    await schedulePurge(db(), appContext(), [
      { storage: "private", prefix: one },
      { storage: "private", prefix: below },
      { storage: "private", prefix: beside },
      { storage: "public", prefix: `${beside}-neighbour` },
    ]);
    expect(await findDifferences()).toEqual([
      { kind: "unknown", storage: "private", key: `${beside}-neighbour`, size: 3 },
    ]);
    await db().purge.deleteMany();
    await db().upload.update({ where: { id: issued.id }, data: { state: "expired" } });
    const keys = (await findDifferences()).map((finding) => finding.key);
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
