import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";

/** A temporary file of JSON lines, for items that may not fit into memory. */
export class JsonLinesFile<T> {
  readonly #folder: string;
  readonly #file: string;
  readonly #stream: WriteStream;
  readonly #written: Promise<void>;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#file = join(folder, "lines");
    this.#stream = createWriteStream(this.#file, { mode: 0o600 });
    this.#written = finished(this.#stream);
    // `add` and `read` report a failure; before that it must not end the process.
    this.#written.catch(() => undefined);
  }

  static async open<T>(): Promise<JsonLinesFile<T>> {
    return new JsonLinesFile<T>(await mkdtemp(join(tmpdir(), "dossier-reconcile-")));
  }

  async add(item: T): Promise<void> {
    if (this.#stream.write(`${JSON.stringify(item)}\n`)) return;
    await Promise.race([once(this.#stream, "drain"), this.#written]);
  }

  /** Yields all items from the beginning. After the first call `add` fails. */
  async *read(): AsyncGenerator<T> {
    this.#stream.end();
    await this.#written;
    const file = await open(this.#file);
    try {
      for await (const line of file.readLines()) yield JSON.parse(line);
    } finally {
      await file.close();
    }
  }

  async remove(): Promise<void> {
    this.#stream.destroy();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
