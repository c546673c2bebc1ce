import { isJsonObject } from "../call-api";
import { UNFINISHED_UPLOADS_KEY } from "./stored-uploads";

/**
 * The record of an unfinished multipart upload in localStorage, used to resume it after a reload.
 * It can recognise the file, but holds none of its bytes: devices are shared.
 */
export type UnfinishedUpload = {
  /** Id of the upload. */
  id: string;
  /** Id of the member. Other members do not see the record. */
  owner: string;
  field: string;
  name: string;
  /** Bytes. */
  size: number;
  /** From the file system, milliseconds since 1970. */
  lastModified: number;
};

/** Keeps the records of multipart uploads, and which of them a page is sending. */
export interface UnfinishedUploadStore {
  /** Stores the record and locks it: this page sends the upload. */
  save(record: UnfinishedUpload): void;
  /** Unlocks the record, so that the upload can be resumed. */
  release(id: string): void;
  remove(id: string): void;
}

/** A multipart ticket is valid for a day. Older file names leave the device. Milliseconds. */
const MAX_RECORD_AGE_MS = 2 * 24 * 3_600_000;

/** The locks of this page. Each function releases one and resolves when other pages see that. */
const heldLocks = new Map<string, () => Promise<unknown>>();
const listeners = new Set<() => void>();

/** Keeps the records in localStorage and the locks in the Web Locks API. */
export const browserUploadStore: UnfinishedUploadStore = {
  save(record) {
    acquireLock(record.id);
    writeRecords([...readRecords().filter(({ id }) => id !== record.id), record]);
  },
  release(id) {
    void releaseLock(id)?.then(notifyListeners);
  },
  remove(id) {
    void releaseLock(id);
    writeRecords(readRecords().filter((record) => record.id !== id));
  },
};

/** Lists the member's unfinished uploads to a field that no page is sending. */
export async function listUnfinishedUploads(owner: string, field: string): Promise<UnfinishedUpload[]> {
  const locked = new Set(heldLocks.keys());
  const locks = await navigator.locks?.query();
  for (const { name } of locks?.held ?? []) if (name) locked.add(name);
  const records = readRecords();
  // Writing them back removes the records that are too old.
  storeRecords(records);
  return records.filter(
    (record) => record.owner === owner && record.field === field && !locked.has(record.id),
  );
}

/** Calls `listener` after each change, in this page or in another one. */
export function watchUnfinishedUploads(listener: () => void): () => void {
  const onStorage = ({ key }: StorageEvent) => {
    if (key === UNFINISHED_UPLOADS_KEY) listener();
  };
  listeners.add(listener);
  window.addEventListener("storage", onStorage);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", onStorage);
  };
}

/** Locks an upload for this page. The browser releases the lock when the page closes. */
function acquireLock(id: string): void {
  if (heldLocks.has(id)) return;
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const released =
    navigator.locks?.request(id, { ifAvailable: true }, () => held).catch(() => undefined) ?? held;
  heldLocks.set(id, () => {
    release();
    return released;
  });
}

function releaseLock(id: string): Promise<unknown> | undefined {
  const released = heldLocks.get(id)?.();
  heldLocks.delete(id);
  return released;
}

function readRecords(): UnfinishedUpload[] {
  try {
    const records: unknown = JSON.parse(localStorage.getItem(UNFINISHED_UPLOADS_KEY) ?? "[]");
    return Array.isArray(records) ? records.filter(isRecord).filter(isRecent) : [];
  } catch {
    // The text is not JSON, or the browser denies access to localStorage.
    return [];
  }
}

function writeRecords(records: readonly UnfinishedUpload[]): void {
  storeRecords(records);
  notifyListeners();
}

function notifyListeners(): void {
  for (const listener of listeners) listener();
}

function storeRecords(records: readonly UnfinishedUpload[]): void {
  try {
    if (records.length === 0) localStorage.removeItem(UNFINISHED_UPLOADS_KEY);
    else localStorage.setItem(UNFINISHED_UPLOADS_KEY, JSON.stringify(records));
  } catch {
    // The upload continues without a record. It cannot be resumed after a reload.
  }
}

/** An id is a UUIDv7, which begins with its creation time. */
function isRecent({ id }: UnfinishedUpload): boolean {
  return Date.now() - Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16) < MAX_RECORD_AGE_MS;
}

function isRecord(value: unknown): value is UnfinishedUpload {
  return (
    isJsonObject(value) &&
    ["id", "owner", "field", "name"].every((key) => typeof value[key] === "string") &&
    typeof value.size === "number" &&
    typeof value.lastModified === "number"
  );
}
