import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { db, deps, storages } from "@/app/_server/services";
import { samplePdf, samplePhoto } from "@/app/testing/documents";
import { measured, type Person, put, signUp } from "@/app/testing/person";
import { collected, found, plant, siteToCompare } from "@/app/testing/site-to-compare";
import { doom } from "@/lib/files/purge";
import type { Storage, Storages } from "@/lib/storage/storage";

const site = siteToCompare();
const { document, picture } = site;

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
        await site.ada.call("DELETE", `/api/files/${gone.id}`);
        await site.ada.call("PATCH", `/api/files/${shown.id}`, {
          body: { crop: { x: 0, y: 0, width: 0.3, height: 0.4 } },
        });
        const bytes = await samplePdf();
        const announced = {
          field: "medicalLetter",
          name: "a.pdf",
          type: "application/pdf",
          ...measured(bytes),
        };
        await put(await (await site.ada.post("/api/uploads", announced)).json(), bytes);
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
