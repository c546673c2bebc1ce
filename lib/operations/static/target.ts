/** Headers that a published file is served with. */
export type FileHeaders = { contentType: string; cacheControl: string; contentEncoding?: string };

/** A place to publish to: a folder or a bucket. Keys are addresses without their first slash. */
export interface StaticTarget {
  /** For people: where this is. */
  readonly name: string;
  /** Whether what it has taken stays there as it is. Stores answer for that; a disk that lost power does not, and is read again. */
  readonly isDurable: boolean;
  list(prefix: string): AsyncGenerator<{ key: string }>;
  /** Null where there is none. */
  read(key: string): Promise<Buffer | null>;
  /** Writes, durably; without `replace` what is there already stays as it is, whatever it is, and the answer is false. */
  put(key: string, bytes: Buffer, as: FileHeaders, options: { replace: boolean }): Promise<boolean>;
  remove(key: string): Promise<void>;
}
