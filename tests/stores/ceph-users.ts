import { createHash } from "node:crypto";
import type { TestStore } from "./buckets";
import { cephLocationFromEnv, testStoreAt } from "./ceph";
import { runCephProgram, withLock } from "./ceph-process";

/**
 * Creates a user of our own Ceph who has only the permissions that a policy gives to
 * `arn:aws:iam:::user/<name>`. Returns null for any other store.
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
      // An earlier run has created the user.
      if (!String(error).includes("exists")) throw error;
    }),
  );
  return { ...store, accessKeyId, secretAccessKey };
}
