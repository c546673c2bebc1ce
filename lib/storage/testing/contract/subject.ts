import type { Storages } from "../../storage";

/**
 * What a store enforces by itself. Where it does not, the contract asserts what happens instead, so
 * that the application never relies on it.
 */
export type StoreCapabilities = {
  /** Compares the signed SHA-256 of an object with the received bytes. */
  enforcesChecksum: boolean;
  /** Compares the signed SHA-256 of a part with the received bytes. */
  enforcesPartChecksum: boolean;
  /** Computes the SHA-256 of a copy and returns it afterwards. */
  hashesCopies: boolean;
  /** Lists received parts and unfinished uploads; without that no multipart upload completes. */
  listsParts: boolean;
  /** Answers a signed GET with the signed type and name, not with the stored ones. */
  honoursResponseOverrides: boolean;
  /** Statuses of responses to requests without a signature. */
  unsignedStatuses: readonly number[];
};

/** The storages under test. */
export type ContractSubject = {
  storages: Storages;
  capabilities: StoreCapabilities;
  close(): Promise<void>;
};
