import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { db, appContext, storages } from "@/app/_server/app-context";
import { samplePdf, samplePhoto } from "@/tests/support/app/documents";
import { sizeAndHashOf, type Person, putBytes, signUp } from "@/tests/support/app/person";
import { collect, findDifferences, putUnknownObject, reconcileFixture } from "@/tests/support/app/reconcile-fixture";
import { schedulePurge } from "@/lib/files/purge";
import type { Storage, Storages } from "@/lib/storage/storage";

const site = reconcileFixture();
const { uploadDocument: document, uploadPicture: picture } = site;

/** The same storage, where something happens while it is being listed: before it is read, or once its first object was handed on. */
function meanwhile(real: Storage, happen: () => Promise<void>, when: "after" | "between"): Storage {
  async function* list(prefix: string): ReturnType<Storage["list"]> {
    const before = await collect(real.list(prefix));
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
      await putUnknownObject("private", "a", 1);
      await schedulePurge(db(), appContext(), [{ storage: "private", prefix: "a" }]);
      await putUnknownObject("public", "a", 1);
      await schedulePurge(db(), appContext(), [{ storage: "public", prefix: "a" }]);
      const [gone, shown] = [await document(), await picture()];
      const happen = async () => {
        await document();
        await site.ada.request("DELETE", `/api/files/${gone.id}`);
        await site.ada.request("PATCH", `/api/files/${shown.id}`, {
          body: { crop: { x: 0, y: 0, width: 0.3, height: 0.4 } },
        });
        const bytes = await samplePdf();
        const announced = {
          field: "medicalLetter",
          name: "a.pdf",
          type: "application/pdf",
          ...sizeAndHashOf(bytes),
        };
        await putBytes(await (await site.ada.post("/api/uploads", announced)).json(), bytes);
      };
      const { private: secret, public: open } = storages();
      for (const looked of [
        { private: meanwhile(secret, happen, when), public: open },
        { private: secret, public: meanwhile(open, happen, when) },
      ] satisfies Storages[])
        expect(await findDifferences({ db: db(), storages: looked })).toEqual([]);
    },
  );

  test("nothing is found while people upload, cut, hide, withdraw and give up, all at once", {
    timeout: 240_000,
  }, async () => {
    const people = await Promise.all(["Ada", "Ben", "Cem"].map((name) => signUp(name)));
    let working = true;
    const live = async (person: Person) => {
      for (let round = 0; round < 3; round += 1) {
        const letter = await person.uploadFile("medicalLetter", await samplePdf(), { type: "application/pdf" });
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
    const work = Promise.all(people.map(live)).finally(() => {
      working = false;
    });
    let runs = 0;
    for (; working; runs += 1) expect(await findDifferences()).toEqual([]);
    await work;
    expect(await findDifferences()).toEqual([]);
    expect(runs).toBeGreaterThan(3);
  });
});
