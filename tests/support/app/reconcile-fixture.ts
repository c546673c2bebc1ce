import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { appContext, db, storages } from "@/app/_server/app-context";
import type { AppContext } from "@/lib/app-context";
import type { StorageClass } from "@/lib/storage/storage";
import { reconcile } from "@/lib/uploads/reconcile";
import type { Finding } from "@/lib/uploads/reconciling/finding";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";
import { samplePdf, samplePhoto } from "./documents";
import { createMember, type Person } from "./person";

/**
 * Creates a member for each test, and empties database and storages afterwards. Call it in a test
 * file, outside of tests.
 */
export function reconcileFixture() {
  let environment: TestEnvironment | undefined;
  let ada: Person;
  beforeAll(async () => {
    environment = await createTestEnvironment();
  });
  beforeEach(async () => {
    ada = await createMember("Ada");
    await ada.request("PATCH", "/api/profile", { body: { visibility: "public" } });
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
    uploadDocument: async () =>
      ada.uploadFile("medicalLetter", await samplePdf(), { type: "application/pdf" }),
    uploadPicture: async () => ada.uploadFile("profilePicture", await samplePhoto(), { type: "image/jpeg" }),
  };
}

/** Lists the findings of `reconcile`. */
export async function findDifferences(
  context: Pick<AppContext, "db" | "storages"> = appContext(),
): Promise<Finding[]> {
  return collect(reconcile(context));
}

export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of stream) all.push(each);
  return all;
}

/** Puts an object that no row references. */
export async function putUnknownObject(storage: StorageClass, key: string, size: number): Promise<string> {
  await storages()[storage].put(key, new Uint8Array(size), { type: "image/webp", size });
  return key;
}
