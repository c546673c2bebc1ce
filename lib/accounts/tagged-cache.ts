import { LRUCache } from "lru-cache";
import type { Clock } from "../clock";

/**
 * Caches expensive values in this process, by key and tag. A key names everything that the value is
 * made of, as the database says at that moment: the cache then never returns an outdated value.
 */
export interface TaggedCache<T> {
  /** Returns the cached value, or creates it once for all concurrent calls. Caches no failure. */
  getOrCreate(key: string, tag: string, create: () => Promise<T>): Promise<T>;
  /** Drops the values of this tag. A value that is being created reaches its callers only. */
  invalidateTag(tag: string): void;
}

type CacheOptions<T> = {
  clock: Clock;
  /** The longest life of a value, counted from the start of its creation. */
  seconds: number;
  /** Limit of all sizes together. The least recently used value goes first. */
  maxSize: number;
  sizeOf: (value: T) => number;
};

export function createTaggedCache<T>({ clock, seconds, maxSize, sizeOf }: CacheOptions<T>): TaggedCache<T> {
  const cache = new LRUCache<string, { tag: string; value: Promise<T> }>({
    maxSize,
    // The library keeps a value through its last millisecond.
    ttl: seconds * 1000 - 1,
    ttlResolution: 0,
    noUpdateTTL: true,
    perf: { now: () => clock.now().getTime() },
  });
  return {
    getOrCreate(key, tag, create) {
      cache.purgeStale();
      const cached = cache.get(key);
      if (cached) return cached.value;
      const entry = { tag, value: create() };
      cache.set(key, entry, { size: 1 });
      const isCurrent = () => cache.peek(key) === entry;
      void entry.value.then(
        (value) => isCurrent() && cache.set(key, { ...entry }, { size: Math.max(1, sizeOf(value)) }),
        () => isCurrent() && cache.delete(key),
      );
      return entry.value;
    },
    invalidateTag(tag) {
      for (const [key, entry] of [...cache.entries()]) if (entry.tag === tag) cache.delete(key);
    },
  };
}
