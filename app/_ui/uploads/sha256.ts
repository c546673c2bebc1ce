/** The file changed, moved, or was taken away from the browser since it was chosen. */
export class FileChanged extends Error {}
/** Served over plain http to another machine: browsers keep their cryptography to secure pages. */
export class InsecurePage extends Error {}

/**
 * Standard base64 of the SHA-256, by the browser's own code, off the main thread. Needs the bytes in memory at once: whatever
 * travels in one piece has at most a field's `partSize`, and larger files are hashed part by part.
 */
export function sha256(file: Blob): Promise<string> {
  const digest = last.then(() => digestOf(file));
  last = digest.catch(() => undefined);
  return digest;
}

/** One at a time over all files, however many are on their way: each is held in memory, for a moment twice. */
let last: Promise<unknown> = Promise.resolve();

async function digestOf(file: Blob): Promise<string> {
  if (!globalThis.crypto?.subtle) throw new InsecurePage();
  const reader = readerOf(file);
  const bytes = reader ? await readInto(takeRoom(file.size), reader, file) : await bytesOf(file);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes, 0, file.size)));
  if (reader) keepRoom(bytes);
  else release(bytes);
  return btoa(String.fromCharCode(...digest));
}

/** Null where the browser does not read into what it is given, as Safari. */
function readerOf(file: Blob): ReadableStreamBYOBReader | null {
  try {
    return file.stream().getReader({ mode: "byob" });
  } catch {
    return null;
  }
}

/** Whoever reads owns the buffer meanwhile, and gives it back under a new name. */
async function readInto(
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
    throw new FileChanged("The file cannot be read", { cause });
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/**
 * What one part was read into serves for the next. New memory for each costs more than to read and to hash it, for it comes page by page, cleared
 * beforehand (decision 49). Milliseconds that it is kept for the next: a line that is slower than that waits for no hash.
 */
const KEPT = 5_000;
let room: ArrayBuffer | null = null;
let end: ReturnType<typeof setTimeout> | undefined;

function takeRoom(size: number): ArrayBuffer {
  const kept = room;
  clearTimeout(end);
  room = null;
  if (kept && kept.byteLength >= size) return kept;
  if (kept) release(kept);
  return new ArrayBuffer(size);
}

function keepRoom(buffer: ArrayBuffer): void {
  room = buffer;
  end = setTimeout(() => {
    room = null;
    release(buffer);
  }, KEPT);
}

/**
 * Gives the memory back now; a collector that sees small objects lets a dozen parts pile up. Sent to a closed port, the bytes belong to nobody.
 * (`ArrayBuffer.prototype.transfer` frees nothing here: what reads a file holds on to what it has read.)
 */
function release(bytes: ArrayBuffer): void {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  port1.postMessage(null, [bytes]);
  port1.close();
}

export async function bytesOf(file: Blob): Promise<ArrayBuffer> {
  try {
    return await file.arrayBuffer();
  } catch (cause) {
    throw new FileChanged("The file cannot be read", { cause });
  }
}
