/** Where the archive goes: a file on the disk, or the memory of the browser. */
export type SaveTarget = { kind: "file"; file: FileHandle } | { kind: "memory" };

/** What we use of the File System Access API, which TypeScript does not know completely. */
type FileHandle = {
  createWritable(): Promise<WritableStream<Uint8Array>>;
  remove?(): Promise<void>;
};
type SaveFilePicker = (options: { suggestedName: string }) => Promise<FileHandle>;

function saveFilePicker(): SaveFilePicker | undefined {
  return (globalThis as { showSaveFilePicker?: SaveFilePicker }).showSaveFilePicker;
}

/** Tells whether the browser can write to the disk while it downloads. */
export function canSaveWhileDownloading(): boolean {
  return saveFilePicker() !== undefined;
}

/** Asks where to save, if the browser can. Call it in the handler of a click. Null: cancelled. */
export async function chooseSaveTarget(suggestedName: string): Promise<SaveTarget | null> {
  const pick = saveFilePicker();
  if (!pick) return { kind: "memory" };
  try {
    return { kind: "file", file: await pick({ suggestedName }) };
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return null;
    // Some browsers have the function and refuse it, as on managed devices.
    return { kind: "memory" };
  }
}

/** Saves a stream. A cancelled or failed one leaves no file. */
export async function saveStream(
  stream: ReadableStream<Uint8Array>,
  target: SaveTarget,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  if (target.kind === "memory") return saveBlob(await readBlob(stream, signal), name);
  const writable = await target.file.createWritable();
  try {
    // The browser writes to a file beside it, and moves it to its place at the end.
    await stream.pipeTo(writable, { signal });
  } catch (error) {
    await target.file.remove?.().catch(() => undefined);
    throw error;
  }
}

async function readBlob(stream: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<Blob> {
  const passed = new TransformStream<Uint8Array, Uint8Array>();
  const [blob] = await Promise.all([
    new Response(passed.readable, { headers: { "content-type": "application/zip" } }).blob(),
    stream.pipeTo(passed.writable, { signal }),
  ]);
  return blob;
}

function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser needs the address until it has begun to save.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
