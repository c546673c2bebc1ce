/** Bytes of one read. The headers of most files fit in it. */
const WINDOW_BYTES = 64 * 1024;

/**
 * Reads bytes of a file by position, a slice at a time: a file of 2 GiB is never read whole.
 * A read after the end returns fewer bytes.
 */
export class ByteReader {
  readonly size: number;
  readonly #file: Blob;
  #start = 0;
  #window = new Uint8Array();

  constructor(file: Blob) {
    this.#file = file;
    this.size = file.size;
  }

  async read(start: number, length: number): Promise<Uint8Array> {
    const end = start + length;
    if (start < this.#start || end > this.#start + this.#window.length) {
      const slice = this.#file.slice(start, Math.max(end, start + WINDOW_BYTES));
      this.#window = new Uint8Array(await slice.arrayBuffer());
      this.#start = start;
    }
    return this.#window.subarray(start - this.#start, end - this.#start);
  }

  /** Reads bytes as text, one character a byte. */
  async readText(start: number, length: number): Promise<string> {
    const bytes = await this.read(start, length);
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  }
}
