import { isJson } from "../call-api";
import { REMEMBERED } from "./remembered";

/**
 * What this device remembers of an upload in parts that has not come to an end: enough to recognise the file when it is chosen again. No byte of
 * a file is ever kept: these are people's papers, and devices are shared.
 */
export type Unfinished = {
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
export interface UnfinishedRecords {
  keep(record: Unfinished): void;
  /** It is under way no longer, and may be gone on with. */
  release(id: string): void;
  forget(id: string): void;
}

/** A ticket in parts lives a day. Whoever never comes back leaves no file name behind for longer than this. Milliseconds. */
const FORGOTTEN_AFTER = 2 * 24 * 3_600_000;

/** Under way in this page: what ends that, and resolves when the other pages see it, too. */
const live = new Map<string, () => Promise<unknown>>();
const watchers = new Set<() => void>();

export const browserRecords: UnfinishedRecords = {
  keep(record) {
    hold(record.id);
    write([...read().filter(({ id }) => id !== record.id), record]);
  },
  release(id) {
    void letGo(id)?.then(tell);
  },
  forget(id) {
    void letGo(id);
    write(read().filter((record) => record.id !== id));
  },
};

/** The member's uploads to a field that nobody carries on, neither this page nor another one. */
export async function unfinishedUploads(owner: string, field: string): Promise<Unfinished[]> {
  const held = new Set(live.keys());
  const locks = await navigator.locks?.query();
  for (const { name } of locks?.held ?? []) if (name) held.add(name);
  const records = read();
  // What is too old goes from the device here, too.
  store(records);
  return records.filter((record) => record.owner === owner && record.field === field && !held.has(record.id));
}

/** Calls back after each change, in this page or another one. */
export function watchUnfinished(listener: () => void): () => void {
  const hear = ({ key }: StorageEvent) => {
    if (key === REMEMBERED) listener();
  };
  watchers.add(listener);
  window.addEventListener("storage", hear);
  return () => {
    watchers.delete(listener);
    window.removeEventListener("storage", hear);
  };
}

/** Tells the other pages of this browser, for as long as this one lives. */
function hold(id: string): void {
  if (live.has(id)) return;
  let end = () => {};
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  const free = navigator.locks?.request(id, { ifAvailable: true }, () => over).catch(() => undefined) ?? over;
  live.set(id, () => {
    end();
    return free;
  });
}

function letGo(id: string): Promise<unknown> | undefined {
  const free = live.get(id)?.();
  live.delete(id);
  return free;
}

function read(): Unfinished[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(REMEMBERED) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isRecord).filter(isYoung) : [];
  } catch {
    // Not readable, or kept from us altogether: then nothing is remembered.
    return [];
  }
}

function write(records: readonly Unfinished[]): void {
  store(records);
  tell();
}

function tell(): void {
  for (const listener of watchers) listener();
}

function store(records: readonly Unfinished[]): void {
  try {
    if (records.length === 0) localStorage.removeItem(REMEMBERED);
    else localStorage.setItem(REMEMBERED, JSON.stringify(records));
  } catch {
    // Without a place to remember it, the upload goes on all the same.
  }
}

/** An id is a UUIDv7, which begins with its time. */
function isYoung({ id }: Unfinished): boolean {
  return Date.now() - Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16) < FORGOTTEN_AFTER;
}

function isRecord(value: unknown): value is Unfinished {
  return (
    isJson(value) &&
    ["id", "owner", "field", "name"].every((key) => typeof value[key] === "string") &&
    typeof value.size === "number" &&
    typeof value.lastModified === "number"
  );
}
