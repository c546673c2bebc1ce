import { createHash, randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FileChangedError, sha256 } from "./sha256";

const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("base64");

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  // Frees the buffer that is kept for a next part.
  vi.runAllTimers();
  vi.useRealTimers();
});

/** Functions that return the buffers that files were read into, at the time of the call. */
type ReadBuffers = (() => ArrayBufferLike[])[];

/** Creates a file that records the buffers it is read into, with or without a BYOB stream. */
function createWatchedFile(
  bytes: Uint8Array<ArrayBuffer>,
  { buffers, byob }: { buffers: ReadBuffers; byob: boolean },
): Blob {
  const file = new Blob([bytes]);
  if (!byob) {
    file.stream = () => new ReadableStream();
    file.arrayBuffer = async () => {
      const copy = bytes.slice().buffer;
      buffers.push(() => [copy]);
      return copy;
    };
    return file;
  }
  const read = file.stream.bind(file);
  file.stream = () => {
    const stream = read();
    const reader = stream.getReader({ mode: "byob" });
    const reads = vi.spyOn(reader, "read");
    buffers.push(() => reads.mock.settledResults.flatMap(({ value }) => value?.value?.buffer ?? []));
    Object.assign(stream, { getReader: () => reader });
    return stream;
  };
  return file;
}

const createParts = (sizes: number[]) => sizes.map((size) => new Uint8Array(randomBytes(size)));
const countInMemory = (buffers: ReadBuffers) =>
  new Set(buffers.flatMap((read) => read()).filter(({ byteLength }) => byteLength > 0)).size;

describe("sha256", () => {
  test("returns the SHA-256 of the bytes in base64", async () => {
    const bytes = new TextEncoder().encode("a certificate");
    expect(await sha256(new Blob([bytes]))).toBe(hashOf(bytes));
  });

  test.each([
    ["with a BYOB reader", true],
    ["without a BYOB reader", false],
  ])("hashes many parts and a shorter last one, %s", async (_, byob) => {
    const parts = createParts([300_000, 300_000, 300_000, 7]);
    const files = parts.map((bytes) => createWatchedFile(bytes, { buffers: [], byob }));
    expect(await Promise.all(files.map(sha256))).toEqual(parts.map(hashOf));
  });

  test.each([true, false])("holds at most one part in memory, later none (BYOB: %s)", async (byob) => {
    const buffers: ReadBuffers = [];
    let most = 0;
    await Promise.all(
      createParts([1000, 1000, 2000, 1000]).map(async (bytes) => {
        await sha256(createWatchedFile(bytes, { buffers, byob }));
        most = Math.max(most, countInMemory(buffers));
      }),
    );
    expect([buffers.flatMap((read) => read()).length >= 4, most]).toEqual([true, byob ? 1 : 0]);
    vi.runAllTimers();
    expect(countInMemory(buffers)).toBe(0);
  });

  test("hashes the next file after one that cannot be read", async () => {
    const unreadable = new Blob(["abc"]);
    unreadable.stream = () =>
      new ReadableStream({ type: "bytes", pull: (controller) => controller.error(new Error("gone")) });
    const [first, second] = [sha256(unreadable), sha256(new Blob(["x"]))];
    await expect(first).rejects.toBeInstanceOf(FileChangedError);
    expect(await second).toBe(hashOf(Buffer.from("x")));
  });

  test("reports a changed file if the stream ends early", async () => {
    const truncated = new Blob(["abc"]);
    truncated.stream = () => new Blob(["ab"]).stream();
    await expect(sha256(truncated)).rejects.toBeInstanceOf(FileChangedError);
  });
});
