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
  const bytes = await bytesOf(file);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  release(bytes);
  return btoa(String.fromCharCode(...digest));
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
