import type { StorageClass } from "../../storage/storage";

/** Where database and storage say different things. Sizes in bytes. */
export type Finding =
  /** A row speaks of an object that is not there. */
  | { kind: "missing"; storage: StorageClass; key: string; fileId: string }
  /** Bytes that no row speaks of; `multipartId` where they are the parts of an upload that was never ended. */
  | { kind: "unknown"; storage: StorageClass; key: string; size: number; multipartId?: string }
  | {
      kind: "mismatched";
      storage: StorageClass;
      key: string;
      fileId: string;
      expected: number;
      found: number;
    };

/** What was looked at so far: files that have bytes, and objects of both storages. */
export type ReconcileProgress = { rows: number; objects: number };
