import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocalStorageServer } from "../../tests/stores/local-storage-server";
import { systemClock } from "../clock";
import type { AppServedStorages } from "./app-served";
import { createLocalStorage } from "./local/local-storage";
import type { StorageClass } from "./storage";
import { testStorageContract } from "./testing/contract/storage-contract";

const secret = "a secret of the test that is long enough";

testStorageContract("local storage", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dossier-local-"));
  let storages: AppServedStorages | undefined;
  const server = await startLocalStorageServer(() => {
    if (!storages) throw new Error("The storages do not exist yet.");
    return storages;
  });
  const create = (storageClass: StorageClass) =>
    createLocalStorage({
      class: storageClass,
      folder: join(folder, storageClass),
      baseUrl: server.url,
      secret,
      clock: systemClock,
    });
  storages = { public: create("public"), private: create("private") };
  return {
    storages,
    capabilities: {
      enforcesChecksum: true,
      enforcesPartChecksum: true,
      hashesCopies: false,
      listsParts: true,
      honoursResponseOverrides: true,
      unsignedStatuses: [403],
    },
    async close() {
      await server.close();
      const tempFiles = await readdir(join(folder, "private", ".tmp"));
      await rm(folder, { recursive: true });
      if (tempFiles.length > 0) throw new Error(`Temporary files remain: ${tempFiles.join(", ")}`);
    },
  };
});
