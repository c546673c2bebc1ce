import type { Clock } from "../clock";

/**
 * What is dear to make, kept by this process as data under tags. A key has to name all that a value is made of, as the database says it at that moment: then nothing
 * out of date is ever handed out, by whichever process. `forget` is for what must not be kept any more, such as a picture that was taken down.
 */
export interface TaggedCache<T> {
  /** The value of this key; made, once for all who ask meanwhile, where it is not there. A failure is kept by nobody. */
  getOrCreate(key: string, tag: string, make: () => Promise<T>): Promise<T>;
  /** Drops what is under this tag. What is being made under it is for those who wait, and is not kept. */
  invalidateTag(tag: string): void;
}

type CacheEntry<T> = { tag: string; expiresAt: number; size: number; value: Promise<T> };

/** `seconds`: the longest that anything is kept, wherever it was changed. `most`: of all values together, as `sizeOf` counts; the oldest goes first. */
export function createTaggedCache<T>({
  clock,
  seconds,
  most,
  sizeOf,
}: {
  clock: Clock;
  seconds: number;
  most: number;
  sizeOf: (value: T) => number;
}): TaggedCache<T> {
  const entries = new Map<string, CacheEntry<T>>();
  let size = 0;

  function drop(key: string, entry: CacheEntry<T>): void {
    if (entries.get(key) !== entry) return;
    entries.delete(key);
    size -= entry.size;
  }

  function dropIf(gone: (entry: CacheEntry<T>) => boolean): void {
    for (const [key, entry] of entries) if (gone(entry)) drop(key, entry);
  }

  async function fill(key: string, entry: CacheEntry<T>): Promise<void> {
    try {
      const made = sizeOf(await entry.value);
      if (entries.get(key) !== entry) return;
      entry.size = made;
      size += made;
      dropIf(() => size > most);
    } catch {
      // Whoever asked is told; the next one tries again.
      drop(key, entry);
    }
  }

  return {
    getOrCreate(key, tag, make) {
      const now = clock.now().getTime();
      dropIf(({ expiresAt: until }) => until <= now);
      const there = entries.get(key);
      if (there) return there.value;
      const entry = { tag, expiresAt: now + seconds * 1000, size: 0, value: make() };
      entries.set(key, entry);
      void fill(key, entry);
      return entry.value;
    },
    invalidateTag: (tag) => dropIf((entry) => entry.tag === tag),
  };
}
