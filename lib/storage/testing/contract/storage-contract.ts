import { afterAll, beforeAll, describe, test } from "vitest";
import { testStorageClasses } from "./classes";
import { testMultipartUploads } from "./multipart";
import { testObjects } from "./objects";
import { testRemoval } from "./removal";
import { testSignedGet } from "./signed-get";
import { testSignedPart } from "./signed-part";
import { testSignedPut } from "./signed-put";
import type { ContractSubject, StoreCapabilities } from "./subject";
import { testUnlistedParts } from "./unlisted-parts";

/**
 * Declares the tests that every driver passes. A driver's test file passes its storages, or the
 * reason why they cannot be tested here, and adds the tests that concern only itself.
 */
export function testStorageContract(
  driver: string,
  open: (() => Promise<ContractSubject>) | { skipped: string },
  { listsParts }: Pick<StoreCapabilities, "listsParts"> = { listsParts: true },
): void {
  if (typeof open !== "function") {
    test(`${driver} keeps the storage contract`, ({ skip }) => skip(open.skipped));
    return;
  }
  describe(`${driver} keeps the storage contract`, () => {
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
