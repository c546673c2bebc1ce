/** Headers that a published file is served with. */
export type PublishedAs = { contentType: string; cacheControl: string; contentEncoding?: string };

/** A place to publish to: a folder or a bucket. Keys are addresses without their first slash. */
export interface StaticTarget {
  /** For people: where this is. */
  readonly name: string;
  list(prefix: string): AsyncGenerator<{ key: string }>;
  /** Null where there is none. */
  read(key: string): Promise<Buffer | null>;
  /** Writes; without `replace` what is there already stays as it is. */
  put(key: string, bytes: Buffer, as: PublishedAs, options: { replace: boolean }): Promise<void>;
  remove(key: string): Promise<void>;
}
