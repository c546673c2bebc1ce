import type { FileHandle } from "node:fs/promises";
import { Problem } from "../errors";

const CHUNK_SIZE = 64 * 1024;

/** The chunks of a request's body. Fails with `not_uploaded` where it breaks off, or brings no byte for `patience` milliseconds. */
export async function* readChunks(
  body: ReadableStream<Uint8Array> | null,
  patience: number,
): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await withTimeout(patience, reader.read());
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw new Problem("not_uploaded", "The file stopped arriving. Please send it again.", { cause: error });
  } finally {
    // Not awaited: a body that has stalled may never acknowledge it.
    void reader.cancel().catch(() => undefined);
  }
}

async function withTimeout<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No byte for ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The bytes from `start` to `end` (inclusive) of an open file, which it closes at the end, on an error and when nobody reads on. */
export function fileToStream(file: FileHandle, start: number, end: number): ReadableStream<Uint8Array> {
  let position = start;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const wanted = Math.min(CHUNK_SIZE, end - position + 1);
        if (wanted > 0) {
          const { bytesRead, buffer } = await file.read(new Uint8Array(wanted), 0, wanted, position);
          if (bytesRead === 0) throw new Error("The file has become shorter.");
          position += bytesRead;
          controller.enqueue(buffer.subarray(0, bytesRead));
        }
        if (position <= end) return;
        await file.close();
        controller.close();
      } catch (error) {
        await file.close().catch(() => undefined);
        controller.error(error);
      }
    },
    async cancel() {
      await file.close();
    },
  });
}
