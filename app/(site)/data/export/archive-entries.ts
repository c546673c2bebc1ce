import { sha256 } from "@noble/hashes/sha2.js";
import type { Export, ExportedFile } from "@/lib/accounts/export";
import { type DownloadContext, type DownloadStall, downloadBytes, FileMissingError } from "./download-bytes";
import { README } from "./readme";

/** A file that is not in the archive as it was stored. */
export type ExportProblem = { path: string; reason: "missing" | "incomplete" | "different" };

export type ExportProgress = {
  files: number;
  bytes: number;
  totalFiles: number;
  totalBytes: number;
  stall: DownloadStall | undefined;
};

/** An entry of a ZIP, as `client-zip` takes it. */
type ArchiveEntry = {
  name: string;
  lastModified: Date;
  input: Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array<ArrayBuffer>>;
};

type ListedEntry = { path: string; size: number; sha256: string };

type ArchiveOptions = {
  signal: AbortSignal;
  onProgress: (progress: ExportProgress) => void;
};

/**
 * Yields the entries of the archive: the records as JSON, the files, and lists with the SHA-256 of
 * each entry. Reads one file at a time, and its next bytes only when the archive has taken the ones
 * before. Adds to `problems` what is not as it was stored.
 */
export async function* archiveEntries(
  context: DownloadContext,
  data: Export,
  problems: ExportProblem[],
  { signal, onProgress }: ArchiveOptions,
): AsyncGenerator<ArchiveEntry> {
  const listed: ListedEntry[] = [];
  const lastModified = new Date(data.generatedAt);
  const text = (path: string, content: string): ArchiveEntry => {
    const input = new TextEncoder().encode(content);
    listed.push({ path, size: input.length, sha256: toBase64(sha256(input)) });
    return { name: path, lastModified, input };
  };
  const json = (path: string, value: unknown) => text(path, `${JSON.stringify(value, null, 2)}\n`);

  yield text("README.txt", README);
  const { generatedAt, files, ...lists } = data;
  for (const [name, list] of Object.entries(lists)) yield json(`${name}.json`, list);
  // The address leads nowhere without a session.
  yield json(
    "files.json",
    files.map(({ content: _content, ...file }) => file),
  );

  const present = files.filter(({ content }) => content !== undefined);
  let progress: ExportProgress = {
    files: 0,
    bytes: 0,
    totalFiles: present.length,
    totalBytes: present.reduce((sum, { size }) => sum + size, 0),
    stall: undefined,
  };
  const report = (change: Partial<ExportProgress>) => {
    progress = { ...progress, ...change };
    onProgress(progress);
  };
  report({});
  for (const file of present) {
    const before = progress.bytes;
    const onStall = (stall: DownloadStall | undefined) => report({ stall });
    const source = { url: file.content ?? "", size: file.size };
    const chunks = downloadBytes(context, source, { signal, onStall });
    const first = await chunks.next().catch((error: unknown) => {
      if (!(error instanceof FileMissingError)) throw error;
      problems.push({ path: file.path, reason: "missing" });
    });
    if (first && !first.done) {
      listed.push({ path: file.path, size: file.size, sha256: file.sha256 });
      const onBytes = (count: number) => report({ bytes: progress.bytes + count });
      yield {
        name: file.path,
        lastModified: new Date(file.createdAt),
        input: verifyBytes(file, first.value, chunks, problems, onBytes),
      };
    }
    report({ files: progress.files + 1, bytes: before + file.size });
  }

  yield json("manifest.json", { generatedAt, entries: listed, problems });
  yield { name: "SHA256SUMS", lastModified, input: new TextEncoder().encode(listed.map(toSumLine).join("")) };
}

/** Hashes the bytes on their way into the archive, and compares them with what was stored. */
async function* verifyBytes(
  { path, sha256: stored }: ExportedFile,
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array>,
  problems: ExportProblem[],
  onBytes: (count: number) => void,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const hash = sha256.create();
  const take = (bytes: Uint8Array) => {
    hash.update(bytes);
    onBytes(bytes.length);
    // A response has no shared memory.
    return bytes as Uint8Array<ArrayBuffer>;
  };
  try {
    yield take(first);
    for await (const bytes of rest) yield take(bytes);
  } catch (error) {
    if (!(error instanceof FileMissingError)) throw error;
    problems.push({ path, reason: "incomplete" });
    return;
  }
  if (toBase64(hash.digest()) !== stored) problems.push({ path, reason: "different" });
}

/** A line that `sha256sum -c` reads. */
function toSumLine({ path, sha256: base64 }: ListedEntry): string {
  const hex = Array.from(atob(base64), (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  return `${hex}  ${path}\n`;
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
