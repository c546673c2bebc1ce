import { afterAll, beforeAll, describe, test } from "vitest";
import type { Storages } from "../storage";
import { classesContract } from "./contract/classes";
import { objectsContract } from "./contract/objects";
import { partsContract } from "./contract/parts";
import { removalContract } from "./contract/removal";
import { signedGetContract } from "./contract/signed-get";
import { signedPartContract } from "./contract/signed-part";
import { signedPutContract } from "./contract/signed-put";

/** What a store sees to by itself. Where it does not, the contract holds what happens instead, so that nobody relies on it. */
export type Capabilities = {
  /** Compares the signed SHA-256 of an object with the bytes that come. */
  enforcesChecksum: boolean;
  /** The same for a part. */
  enforcesPartChecksum: boolean;
  /** Computes the SHA-256 of what it copies, and tells it from then on. */
  hashesCopies: boolean;
};

export type Subject = {
  storages: Storages;
  capabilities: Capabilities;
  close(): Promise<void>;
};

/** What every driver has to do. A driver's test file hands its storages in, or says why it has none to test, and adds what is only its own. */
export function storageContract(driver: string, open: (() => Promise<Subject>) | { skipped: string }): void {
  if (typeof open !== "function") {
    test(`${driver} keeps the contract of storage`, ({ skip }) => skip(open.skipped));
    return;
  }
  describe(`${driver} keeps the contract of storage`, () => {
    let opened: Subject;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());
    const subject = () => opened;
    objectsContract(subject);
    removalContract(subject);
    signedPutContract(subject);
    signedGetContract(subject);
    signedPartContract(subject);
    partsContract(subject);
    classesContract(subject);
  });
}
