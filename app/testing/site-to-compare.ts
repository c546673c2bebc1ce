import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { db, deps, storages } from "@/app/_server/services";
import type { Deps } from "@/lib/deps";
import type { StorageClass } from "@/lib/storage/storage";
import { type TestEnvironment, testEnvironment } from "@/lib/testing/environment";
import { reconcile } from "@/lib/uploads/reconcile";
import type { Finding } from "@/lib/uploads/reconciling/finding";
import { samplePdf, samplePhoto } from "./documents";
import { type Person, signUp } from "./person";

/** A site of one member, to be compared with its storages; both are empty again after each test. Call it in a test file, outside of tests. */
export function siteToCompare() {
  let environment: TestEnvironment | undefined;
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
  afterAll(() => environment?.drop());
  return {
    get ada(): Person {
      return ada;
    },
    document: async () => ada.file("medicalLetter", await samplePdf(), { type: "application/pdf" }),
    picture: async () => ada.file("profilePicture", await samplePhoto(), { type: "image/jpeg" }),
  };
}

/** What a comparison finds. */
export async function found(looked: Pick<Deps, "db" | "storages"> = deps()): Promise<Finding[]> {
  return collected(reconcile(looked));
}

export async function collected<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of stream) all.push(each);
  return all;
}

/** Puts an object where no row speaks of one. */
export async function plant(storage: StorageClass, key: string, size: number): Promise<string> {
  await storages()[storage].put(key, new Uint8Array(size), { type: "image/webp", size });
  return key;
}
