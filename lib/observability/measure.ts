import type { Pool } from "pg";
import type { Storage, Storages } from "../storage/storage";
import { addWaitTime, currentRequest, measureWait } from "./current-request";

/** Adds the time of each query of this pool to its request, under `db`. Prisma uses this pool. */
export function measurePool(pool: Pool): void {
  pool.on("connect", (client) => {
    const query: (...args: unknown[]) => unknown = client.query.bind(client);
    Object.defineProperty(client, "query", {
      value: (...args: unknown[]) => {
        const request = currentRequest();
        if (!request) return query(...args);
        const start = performance.now();
        const stop = () => addWaitTime("db", performance.now() - start, request);
        const last = args.at(-1);
        if (typeof last === "function") {
          const callback = (...results: unknown[]) => {
            stop();
            return last(...results);
          };
          return query(...args.slice(0, -1), callback);
        }
        const result = query(...args);
        if (result instanceof Promise) result.then(stop, stop);
        return result;
      },
    });
  });
}

/** Adds the time of each storage call to its request, under `storage`. Signing is local. */
export function measureStorages(storages: Storages): void {
  for (const storage of Object.values(storages)) {
    for (const name of MEASURED_METHODS) {
      const call: (...args: never[]) => Promise<unknown> = storage[name].bind(storage);
      // On the object and not in a proxy: `copy` needs the class of the other storage.
      Object.defineProperty(storage, name, {
        value: (...args: never[]) => measureWait("storage", () => call(...args)),
      });
    }
  }
}

const MEASURED_METHODS = [
  "put",
  "stat",
  "read",
  "copy",
  "remove",
  "removeMany",
  "createMultipartUpload",
  "listParts",
  "completeMultipartUpload",
  "abortMultipartUpload",
  "checkHealth",
] as const satisfies (keyof Storage)[];
