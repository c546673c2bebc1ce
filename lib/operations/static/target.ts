/** The response headers of a published file. */
export type FileHeaders = { contentType: string; cacheControl: string; contentEncoding?: string };

/** Where files are published: a folder or a bucket. Keys are URL paths without the first slash. */
export interface StaticTarget {
  /** The location, for messages. */
  readonly name: string;
  /**
   * Whether written bytes never change. After a power cut a disk may lose them, so files are
   * compared.
   */
  readonly isDurable: boolean;
  list(prefix: string): AsyncGenerator<{ key: string }>;
  /** Null if there is none. */
  read(key: string): Promise<Buffer | null>;
  /**
   * Writes durably. Without `replace` an existing object stays unchanged and the result is false.
   */
  put(key: string, bytes: Buffer, headers: FileHeaders, options: { replace: boolean }): Promise<boolean>;
  remove(key: string): Promise<void>;
}
