import { createHash } from "node:crypto";
import type { TestStore } from "./buckets";
import { cephLocationFromEnv, testStoreAt } from "./ceph";
import { runCephProgram, withLock } from "./ceph-process";

/**
 * Somebody else at our own Ceph, who has no bucket and no rights but those that a policy gives: `arn:aws:iam:::user/<name>`. Null where the store is
 * another, which lets nobody make users.
 */
export async function createCephUser(store: TestStore, name: string): Promise<TestStore | null> {
  const place = cephLocationFromEnv();
  if (testStoreAt(place).endpoint !== store.endpoint) return null;
  const accessKeyId = createHash("sha256").update(name).digest("hex").slice(0, 20);
  const secretAccessKey = `of ${name}, good for nothing`;
  const keys = ["--access-key", accessKeyId, "--secret-key", secretAccessKey];
  await withLock(`${place.folder}.users.lock`, () =>
    runCephProgram(place, "radosgw-admin", [
      "user",
      "create",
      `--uid=${name}`,
      `--display-name=${name}`,
      ...keys,
    ]).catch((error: unknown) => {
      // An earlier run has made it.
      if (!String(error).includes("exists")) throw error;
    }),
  );
  return { ...store, accessKeyId, secretAccessKey };
}
