import type { Pool } from "pg";
import type { Storage, Storages } from "../storage/storage";
import { addWaitTime, currentRequest, measureWait } from "./current-request";

/** Counts what every query of this pool takes to the request that asked, under `db`; Prisma's as well, which go through the same connections. */
export function measurePool(pool: Pool): void {
  pool.on("connect", (client) => {
    const query: (...given: unknown[]) => unknown = client.query.bind(client);
    Object.defineProperty(client, "query", {
      value: (...given: unknown[]) => {
        const request = currentRequest();
        if (!request) return query(...given);
        const began = performance.now();
        const over = () => addWaitTime("db", performance.now() - began, request);
        const last = given.at(-1);
        if (typeof last === "function") {
          const heard = (...told: unknown[]) => {
            over();
            return last(...told);
          };
          return query(...given.slice(0, -1), heard);
        }
        const answer = query(...given);
        if (answer instanceof Promise) answer.then(over, over);
        return answer;
      },
    });
  });
}

/** Counts what every call of these stores takes to the request that made it, under `storage`. Signing calls nobody; what is streamed goes on afterwards. */
export function measureStorages(storages: Storages): void {
  for (const storage of Object.values(storages)) {
    for (const name of MEASURED_METHODS) {
      const call: (...given: never[]) => Promise<unknown> = storage[name].bind(storage);
      // On the object itself and no proxy around it: a store copies to its own kind only, whose inside it knows.
      Object.defineProperty(storage, name, {
        value: (...given: never[]) => measureWait("storage", () => call(...given)),
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
