import type { FileHandle } from "node:fs/promises";
import { Problem } from "../errors";

const CHUNK_SIZE = 64 * 1024;

/**
 * Yields the chunks of a request body. Fails with `not_uploaded` if the body breaks off, or if no
 * byte arrives for `timeoutMs`.
 */
export async function* readChunks(
  body: ReadableStream<Uint8Array> | null,
  timeoutMs: number,
): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await withTimeout(timeoutMs, reader.read());
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw new Problem("not_uploaded", "The upload was interrupted. Please send the file again.", {
      cause: error,
    });
  } finally {
    // Not awaited: a stalled body may never acknowledge the cancellation.
    void reader.cancel().catch(() => undefined);
  }
}

async function withTimeout<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No byte for ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Streams the bytes from `start` to `end` (inclusive). Closes the file when the stream ends. */
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
