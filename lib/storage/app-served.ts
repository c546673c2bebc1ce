import type { ByteRange, SignedGet, SignedPart, SignedPut, Storage, StorageClass } from "./storage";

/** URL path under which the application serves storages that have no server of their own. */
export const APP_STORAGE_PATH = "/api/storage/";

export type ObjectRef = { class: StorageClass; key: string };

/** What a signed URL permits. `expires` is in whole seconds since 1970. */
export type Permission = PutPermission | PartPermission | GetPermission;
export type PutPermission = ObjectRef & {
  action: "put";
  expires: number;
  signedValues: Omit<SignedPut, "expiresIn">;
};
export type PartPermission = ObjectRef & {
  action: "part";
  expires: number;
  signedValues: Omit<SignedPart, "expiresIn">;
};
export type GetPermission = ObjectRef & {
  action: "get";
  expires: number;
  signedValues: Omit<SignedGet, "expiresIn">;
};

/** An object that is open for reading. Its stream closes it; otherwise the caller does. */
export type OpenedObject = {
  size: number;
  modifiedAt: Date;
  /** With quotes. */
  etag: string;
  toStream(range: ByteRange): ReadableStream<Uint8Array>;
  close(): Promise<void>;
};

/**
 * A storage without a server of its own. Its signed URLs and public URLs start with
 * `APP_STORAGE_PATH`, and `serve-request.ts` answers them with these methods.
 */
export interface AppServedStorage extends Storage {
  readonly servedByApp: true;
  /** Cache-Control of every response. */
  readonly cacheControl: string;

  /** Returns what a URL permits. Fails with `forbidden` if it is unsigned, changed or expired. */
  verifyPermission(method: "PUT" | "GET", key: string, query: URLSearchParams): Permission;

  /** Stores the body of a signed PUT. Fails with `content_mismatch` or `conflict`. */
  receive(
    key: string,
    body: AsyncIterable<Uint8Array>,
    expected: { size: number; sha256: string },
  ): Promise<void>;

  /**
   * Stores the body of a signed part. Fails with `content_mismatch`, or with `not_found` if the
   * multipart upload no longer exists.
   */
  receivePart(
    key: string,
    body: AsyncIterable<Uint8Array>,
    part: Omit<SignedPart, "expiresIn">,
  ): Promise<void>;

  /** Opens the object for one response. Fails with `not_found`. */
  openObject(key: string): Promise<OpenedObject>;
}

export type AppServedStorages = Record<StorageClass, AppServedStorage>;

/** Returns the storages if the application serves both of them, else null. */
export function asAppServed(storages: Record<StorageClass, Storage>): AppServedStorages | null {
  const { public: publicStorage, private: privateStorage } = storages;
  if (!isAppServed(publicStorage) || !isAppServed(privateStorage)) return null;
  return { public: publicStorage, private: privateStorage };
}

// Not `instanceof`: each bundle of the build has a class of its own.
function isAppServed(storage: Storage): storage is AppServedStorage {
  return "servedByApp" in storage && storage.servedByApp === true;
}
