import type { StorageClass } from "../../storage/storage";

/** A difference between database and storage. Sizes in bytes. */
export type Finding =
  /** A row references an object that does not exist. */
  | { kind: "missing"; storage: StorageClass; key: string; fileId: string }
  /**
   * No row references this object. `multipartId` is set for a multipart upload that is not
   * completed.
   */
  | { kind: "unknown"; storage: StorageClass; key: string; size: number; multipartId?: string }
  | {
      kind: "mismatched";
      storage: StorageClass;
      key: string;
      fileId: string;
      expected: number;
      found: number;
    };

/** Counts of what was read so far: files that have bytes, and objects of both storages. */
export type ReconcileProgress = { rows: number; objects: number };
