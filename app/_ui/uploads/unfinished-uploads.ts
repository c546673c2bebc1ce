import { isJsonObject } from "../call-api";
import { UNFINISHED_UPLOADS_KEY } from "./stored-uploads";

/**
 * What this device remembers of an upload in parts that has not come to an end: enough to recognise the file when it is chosen again. No byte of
 * a file is ever kept: these are people's papers, and devices are shared.
 */
export type UnfinishedUpload = {
  /** The upload's. */
  id: string;
  /** Whose it is: nobody else gets to see it. */
  owner: string;
  field: string;
  name: string;
  /** Bytes. */
  size: number;
  /** As the file system tells it, milliseconds since 1970. */
  lastModified: number;
};

/** Where uploads in parts write down that they are under way. */
export interface UnfinishedUploadStore {
  save(record: UnfinishedUpload): void;
  /** It is under way no longer, and may be gone on with. */
  release(id: string): void;
  remove(id: string): void;
}

/** A ticket in parts lives a day. Whoever never comes back leaves no file name behind for longer than this. Milliseconds. */
const MAX_RECORD_AGE_MS = 2 * 24 * 3_600_000;

/** Under way in this page: what ends that, and resolves when the other pages see it, too. */
const heldLocks = new Map<string, () => Promise<unknown>>();
const listeners = new Set<() => void>();

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

/** The member's uploads to a field that nobody carries on, neither this page nor another one. */
export async function listUnfinishedUploads(owner: string, field: string): Promise<UnfinishedUpload[]> {
  const held = new Set(heldLocks.keys());
  const locks = await navigator.locks?.query();
  for (const { name } of locks?.held ?? []) if (name) held.add(name);
  const records = readRecords();
  // What is too old goes from the device here, too.
  storeRecords(records);
  return records.filter((record) => record.owner === owner && record.field === field && !held.has(record.id));
}

/** Calls back after each change, in this page or another one. */
export function watchUnfinishedUploads(listener: () => void): () => void {
  const hear = ({ key }: StorageEvent) => {
    if (key === UNFINISHED_UPLOADS_KEY) listener();
  };
  listeners.add(listener);
  window.addEventListener("storage", hear);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", hear);
  };
}

/** Tells the other pages of this browser, for as long as this one lives. */
function acquireLock(id: string): void {
  if (heldLocks.has(id)) return;
  let end = () => {};
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  const free = navigator.locks?.request(id, { ifAvailable: true }, () => over).catch(() => undefined) ?? over;
  heldLocks.set(id, () => {
    end();
    return free;
  });
}

function releaseLock(id: string): Promise<unknown> | undefined {
  const free = heldLocks.get(id)?.();
  heldLocks.delete(id);
  return free;
}

function readRecords(): UnfinishedUpload[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(UNFINISHED_UPLOADS_KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isRecord).filter(isRecent) : [];
  } catch {
    // Not readable, or kept from us altogether: then nothing is remembered.
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
    // Without a place to remember it, the upload goes on all the same.
  }
}

/** An id is a UUIDv7, which begins with its time. */
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
