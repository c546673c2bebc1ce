/** The file changed, moved, or was taken away from the browser since it was chosen. */
export class FileChangedError extends Error {}
/** Served over plain http to another machine: browsers keep their cryptography to secure pages. */
export class InsecurePageError extends Error {}

/**
 * Standard base64 of the SHA-256, by the browser's own code, off the main thread. Needs the bytes in memory at once: whatever
 * travels in one piece has at most a field's `partSize`, and larger files are hashed part by part.
 */
export function sha256(file: Blob): Promise<string> {
  const digest = lastDigest.then(() => computeDigest(file));
  lastDigest = digest.catch(() => undefined);
  return digest;
}

/** One at a time over all files, however many are on their way: each is held in memory, for a moment twice. */
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

/** Null where the browser does not read into what it is given, as Safari. */
function openByobReader(file: Blob): ReadableStreamBYOBReader | null {
  try {
    return file.stream().getReader({ mode: "byob" });
  } catch {
    return null;
  }
}

/** Whoever reads owns the buffer meanwhile, and gives it back under a new name. */
async function readIntoBuffer(
  buffer: ArrayBuffer,
  reader: ReadableStreamBYOBReader,
  { size }: Blob,
): Promise<ArrayBuffer> {
  let own = buffer;
  try {
    for (let at = 0; at < size; ) {
      const { done, value } = await reader.read(new Uint8Array(own, at, size - at));
      if (done) throw new Error(`The file ends after ${at} bytes.`);
      own = value.buffer;
      at += value.byteLength;
    }
    return own;
  } catch (cause) {
    throw new FileChangedError("The file cannot be read", { cause });
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/**
 * What one part was read into serves for the next. New memory for each costs more than to read and to hash it, for it comes page by page, cleared
 * beforehand (decision 49). Milliseconds that it is kept for the next: a line that is slower than that waits for no hash.
 */
const BUFFER_KEEP_MS = 5_000;
let cachedBuffer: ArrayBuffer | null = null;
let releaseTimer: ReturnType<typeof setTimeout> | undefined;

function takeBuffer(size: number): ArrayBuffer {
  const kept = cachedBuffer;
  clearTimeout(releaseTimer);
  cachedBuffer = null;
  if (kept && kept.byteLength >= size) return kept;
  if (kept) freeBuffer(kept);
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
 * Gives the memory back now; a collector that sees small objects lets a dozen parts pile up. Sent to a closed port, the bytes belong to nobody.
 * (`ArrayBuffer.prototype.transfer` frees nothing here: what reads a file holds on to what it has read.)
 */
function freeBuffer(bytes: ArrayBuffer): void {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  port1.postMessage(null, [bytes]);
  port1.close();
}

export async function readBytes(file: Blob): Promise<ArrayBuffer> {
  try {
    return await file.arrayBuffer();
  } catch (cause) {
    throw new FileChangedError("The file cannot be read", { cause });
  }
}
