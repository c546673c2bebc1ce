import { afterAll, beforeAll, describe, test } from "vitest";
import type { Storages } from "../storage";
import { classesContract } from "./contract/classes";
import { objectsContract } from "./contract/objects";
import { partsContract } from "./contract/parts";
import { removalContract } from "./contract/removal";
import { signedGetContract } from "./contract/signed-get";
import { signedPartContract } from "./contract/signed-part";
import { signedPutContract } from "./contract/signed-put";
import { unlistedPartsContract } from "./contract/unlisted-parts";

/** What a store sees to by itself. Where it does not, the contract holds what happens instead, so that nobody relies on it. */
export type Capabilities = {
  /** Compares the signed SHA-256 of an object with the bytes that come. */
  enforcesChecksum: boolean;
  /** The same for a part. */
  enforcesPartChecksum: boolean;
  /** Computes the SHA-256 of what it copies, and tells it from then on. */
  hashesCopies: boolean;
  /** Lists the parts that have arrived and the attempts under way, without which nothing in parts can be completed. */
  listsParts: boolean;
  /** Answers a signed GET with the type and the name that were signed, not with what it keeps beside the object. */
  answersAsSigned: boolean;
  /** The statuses with which it turns away who brings no signature. */
  unsigned: readonly number[];
};

export type Subject = {
  storages: Storages;
  capabilities: Capabilities;
  close(): Promise<void>;
};

/** What every driver has to do. A driver's test file hands its storages in, or says why it has none to test, and adds what is only its own. */
export function storageContract(
  driver: string,
  open: (() => Promise<Subject>) | { skipped: string },
  { listsParts }: Pick<Capabilities, "listsParts"> = { listsParts: true },
): void {
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
    if (listsParts) {
      signedPartContract(subject);
      partsContract(subject);
    } else unlistedPartsContract(subject);
    classesContract(subject);
  });
}
