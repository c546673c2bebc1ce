import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { appContext, db, storages } from "@/app/_server/app-context";
import { schedulePurge } from "@/lib/files/purge";
import type { Storage, Storages } from "@/lib/storage/storage";
import { samplePdf, samplePhoto } from "@/tests/support/app/documents";
import { createMember, type Person, putBytes, sizeAndHashOf } from "@/tests/support/app/person";
import {
  collect,
  findDifferences,
  putUnknownObject,
  reconcileFixture,
} from "@/tests/support/app/reconcile-fixture";

const site = reconcileFixture();
const { uploadDocument: document, uploadPicture: picture } = site;

/**
 * Wraps a storage so that `change` runs while it is listed: before the first object, or after it.
 */
function changeDuringList(real: Storage, change: () => Promise<void>, when: "after" | "between"): Storage {
  async function* list(prefix: string): ReturnType<Storage["list"]> {
    const before = await collect(real.list(prefix));
    if (when === "after") {
      await change();
      return yield* before;
    }
    const [first] = before;
    if (!first) throw new Error("The storage has no object to list first.");
    yield first;
    await change();
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

describe("a site in use", () => {
  test.each(["after", "between"] as const)(
    "reconcile reports no change made during its reading: %s the listing",
    async (when) => {
      await putUnknownObject("private", "a", 1);
      await schedulePurge(db(), appContext(), [{ storage: "private", prefix: "a" }]);
      await putUnknownObject("public", "a", 1);
      await schedulePurge(db(), appContext(), [{ storage: "public", prefix: "a" }]);
      const [withdrawn, shown] = [await document(), await picture()];
      const change = async () => {
        await document();
        await site.ada.request("DELETE", `/api/files/${withdrawn.id}`);
        await site.ada.request("PATCH", `/api/files/${shown.id}`, {
          body: { crop: { x: 0, y: 0, width: 0.3, height: 0.4 } },
        });
        const bytes = await samplePdf();
        const declared = {
          field: "medicalLetter",
          name: "a.pdf",
          type: "application/pdf",
          ...sizeAndHashOf(bytes),
        };
        await putBytes(await (await site.ada.post("/api/uploads", declared)).json(), bytes);
      };
      const { private: secret, public: open } = storages();
      for (const changing of [
        { private: changeDuringList(secret, change, when), public: open },
        { private: secret, public: changeDuringList(open, change, when) },
      ] satisfies Storages[])
        expect(await findDifferences({ db: db(), storages: changing })).toEqual([]);
    },
  );

  test("reconcile finds nothing while three members work at once", {
    timeout: 240_000,
  }, async () => {
    const people = await Promise.all(["Ada", "Ben", "Cem"].map((name) => createMember(name)));
    let isWorking = true;
    const work = async (person: Person) => {
      for (let round = 0; round < 3; round += 1) {
        const letter = await person.uploadFile("medicalLetter", await samplePdf(), {
          type: "application/pdf",
        });
        await person.request("PATCH", "/api/profile", {
          body: { visibility: round % 2 ? "private" : "public" },
        });
        const shown = await person.uploadFile("profilePicture", await samplePhoto(), { type: "image/jpeg" });
        await person.get(`/api/files/${letter.id}/pages/1`);
        await person.request("PATCH", `/api/files/${shown.id}`, {
          body: { crop: { x: 0, y: 0, width: 0.3, height: 0.4 } },
        });
        await person.request("DELETE", `/api/files/${letter.id}`);
        await person.upload("medicalLetter", Buffer.from(randomUUID()), { type: "application/pdf" });
      }
    };
    const finished = Promise.all(people.map(work)).finally(() => {
      isWorking = false;
    });
    let runs = 0;
    for (; isWorking; runs += 1) expect(await findDifferences()).toEqual([]);
    await finished;
    expect(await findDifferences()).toEqual([]);
    expect(runs).toBeGreaterThan(3);
  });
});
