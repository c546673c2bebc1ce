/** The file was changed or moved after the member chose it, or the browser lost access to it. */
export class FileChangedError extends Error {}
/** The page came over plain http. Browsers offer their cryptography only to secure pages. */
export class InsecurePageError extends Error {}

/**
 * Computes the SHA-256 of a file or of one part, in standard base64.
 * Uses the browser's own code, off the main thread. Needs all bytes in memory at once:
 * a single-part file has at most the field's `partSize`, and a larger file is hashed by part.
 */
export function sha256(file: Blob): Promise<string> {
  const digest = lastDigest.then(() => computeDigest(file));
  lastDigest = digest.catch(() => undefined);
  return digest;
}

/** Computes one digest at a time, over all uploads: each holds its bytes in memory. */
let lastDigest: Promise<unknown> = Promise.resolve();

async function computeDigest(file: Blob): Promise<string> {
  if (!globalThis.crypto?.subtle) throw new InsecurePageError();
  const reader = openByobReader(file);
  const bytes = reader ? await readIntoBuffer(takeBuffer(file.size), reader, file) : await readBytes(file);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes, 0, file.size)));
  if (reader) keepBuffer(bytes);
  else freeBuffer(bytes);
  return btoa(String.fromCharCode(...digest));
}

/** Returns null if the browser cannot read into a given buffer (Safari). */
function openByobReader(file: Blob): ReadableStreamBYOBReader | null {
  try {
    return file.stream().getReader({ mode: "byob" });
  } catch {
    return null;
  }
}

/** Reads the file into `buffer`. Each read transfers the buffer and returns it as a new object. */
async function readIntoBuffer(
  buffer: ArrayBuffer,
  reader: ReadableStreamBYOBReader,
  { size }: Blob,
): Promise<ArrayBuffer> {
  let current = buffer;
  try {
    for (let offset = 0; offset < size; ) {
      const { done, value } = await reader.read(new Uint8Array(current, offset, size - offset));
      if (done) throw new Error(`The file ends after ${offset} bytes.`);
      current = value.buffer;
      offset += value.byteLength;
    }
    return current;
  } catch (cause) {
    throw new FileChangedError("The file cannot be read", { cause });
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/**
 * How long the buffer of one part is kept for the next. Milliseconds.
 * Allocating and clearing new memory costs more than reading and hashing the part
 * (docs/decisions/0049). On a connection slower than this, no part waits for a hash.
 */
const BUFFER_KEEP_MS = 5_000;
let cachedBuffer: ArrayBuffer | null = null;
let releaseTimer: ReturnType<typeof setTimeout> | undefined;

function takeBuffer(size: number): ArrayBuffer {
  const buffer = cachedBuffer;
  clearTimeout(releaseTimer);
  cachedBuffer = null;
  if (buffer && buffer.byteLength >= size) return buffer;
  if (buffer) freeBuffer(buffer);
  return new ArrayBuffer(size);
}

function keepBuffer(buffer: ArrayBuffer): void {
  cachedBuffer = buffer;
  releaseTimer = setTimeout(() => {
    cachedBuffer = null;
    freeBuffer(buffer);
  }, BUFFER_KEEP_MS);
}

/**
 * Frees the memory now, by transferring it to a closed port.
 * The garbage collector sees only small objects and would keep a dozen parts.
 * `ArrayBuffer.prototype.transfer` frees nothing, because the reader keeps a reference.
 */
function freeBuffer(bytes: ArrayBuffer): void {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  port1.postMessage(null, [bytes]);
  port1.close();
}

/** Reads a whole file. Rejects with `FileChangedError` if the browser cannot read it. */
export async function readBytes(file: Blob): Promise<ArrayBuffer> {
  try {
    return await file.arrayBuffer();
  } catch (cause) {
    throw new FileChangedError("The file cannot be read", { cause });
  }
}
