import { createHash, randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FileChangedError, sha256 } from "./sha256";

const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("base64");

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  // What was kept for a next part goes.
  vi.runAllTimers();
  vi.useRealTimers();
});

/** What files were read into, as it is at the moment of asking. */
type Given = (() => ArrayBufferLike[])[];

/** A file that tells the memory it is read into: as a stream of bytes does, or all at once as where there is none. */
function watched(bytes: Uint8Array<ArrayBuffer>, { given, byob }: { given: Given; byob: boolean }): Blob {
  const file = new Blob([bytes]);
  if (!byob) {
    file.stream = () => new ReadableStream();
    file.arrayBuffer = async () => {
      const copy = bytes.slice().buffer;
      given.push(() => [copy]);
      return copy;
    };
    return file;
  }
  const read = file.stream.bind(file);
  file.stream = () => {
    const stream = read();
    const reader = stream.getReader({ mode: "byob" });
    const reads = vi.spyOn(reader, "read");
    given.push(() => reads.mock.settledResults.flatMap(({ value }) => value?.value?.buffer ?? []));
    Object.assign(stream, { getReader: () => reader });
    return stream;
  };
  return file;
}

const parts = (sizes: number[]) => sizes.map((size) => new Uint8Array(randomBytes(size)));
const inMemory = (given: Given) =>
  new Set(given.flatMap((buffers) => buffers()).filter(({ byteLength }) => byteLength > 0)).size;

describe("the hash of a part", () => {
  test("is the SHA-256 of its bytes in base64", async () => {
    const bytes = new TextEncoder().encode("a certificate");
    expect(await sha256(new Blob([bytes]))).toBe(hashOf(bytes));
  });

  test.each([
    ["as a stream of bytes", true],
    ["all at once, where the browser does not read into what it is given", false],
  ])("is that of each of many parts, the last one shorter, read %s", async (_, byob) => {
    const many = parts([300_000, 300_000, 300_000, 7]);
    const files = many.map((bytes) => watched(bytes, { given: [], byob }));
    expect(await Promise.all(files.map(sha256))).toEqual(many.map(hashOf));
  });

  test.each([true, false])(
    "holds one part at a time in memory, and none a while later (%s)",
    async (byob) => {
      const given: Given = [];
      let most = 0;
      await Promise.all(
        parts([1000, 1000, 2000, 1000]).map(async (bytes) => {
          await sha256(watched(bytes, { given, byob }));
          most = Math.max(most, inMemory(given));
        }),
      );
      expect([given.flatMap((buffers) => buffers()).length >= 4, most]).toEqual([true, byob ? 1 : 0]);
      vi.runAllTimers();
      expect(inMemory(given)).toBe(0);
    },
  );

  test("that cannot be read keeps none of the next ones", async () => {
    const gone = new Blob(["abc"]);
    gone.stream = () =>
      new ReadableStream({ type: "bytes", pull: (controller) => controller.error(new Error("gone")) });
    const [first, second] = [sha256(gone), sha256(new Blob(["x"]))];
    await expect(first).rejects.toBeInstanceOf(FileChangedError);
    expect(await second).toBe(hashOf(Buffer.from("x")));
  });

  test("that ends before its last byte says that the file has changed", async () => {
    const cut = new Blob(["abc"]);
    cut.stream = () => new Blob(["ab"]).stream();
    await expect(sha256(cut)).rejects.toBeInstanceOf(FileChangedError);
  });
});
