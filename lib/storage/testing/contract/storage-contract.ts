import { afterAll, beforeAll, describe, test } from "vitest";
import type { Storages } from "../../storage";
import { testStorageClasses } from "./classes";
import { testObjects } from "./objects";
import { testMultipartUploads } from "./multipart";
import { testRemoval } from "./removal";
import { testSignedGet } from "./signed-get";
import { testSignedPart } from "./signed-part";
import { testSignedPut } from "./signed-put";
import { testUnlistedParts } from "./unlisted-parts";

/** What a store sees to by itself. Where it does not, the contract holds what happens instead, so that nobody relies on it. */
export type StoreCapabilities = {
  /** Compares the signed SHA-256 of an object with the bytes that come. */
  enforcesChecksum: boolean;
  /** The same for a part. */
  enforcesPartChecksum: boolean;
  /** Computes the SHA-256 of what it copies, and tells it from then on. */
  hashesCopies: boolean;
  /** Lists the parts that have arrived and the attempts under way, without which nothing in parts can be completed. */
  listsParts: boolean;
  /** Answers a signed GET with the type and the name that were signed, not with what it keeps beside the object. */
  honoursResponseOverrides: boolean;
  /** The statuses with which it turns away who brings no signature. */
  unsignedStatuses: readonly number[];
};

export type ContractSubject = {
  storages: Storages;
  capabilities: StoreCapabilities;
  close(): Promise<void>;
};

/** What every driver has to do. A driver's test file hands its storages in, or says why it has none to test, and adds what is only its own. */
export function testStorageContract(
  driver: string,
  open: (() => Promise<ContractSubject>) | { skipped: string },
  { listsParts }: Pick<StoreCapabilities, "listsParts"> = { listsParts: true },
): void {
  if (typeof open !== "function") {
    test(`${driver} keeps the contract of storage`, ({ skip }) => skip(open.skipped));
    return;
  }
  describe(`${driver} keeps the contract of storage`, () => {
    let opened: ContractSubject;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());
    const subject = () => opened;
    testObjects(subject);
    testRemoval(subject);
    testSignedPut(subject);
    testSignedGet(subject);
    if (listsParts) {
      testSignedPart(subject);
      testMultipartUploads(subject);
    } else testUnlistedParts(subject);
    testStorageClasses(subject);
  });
}
