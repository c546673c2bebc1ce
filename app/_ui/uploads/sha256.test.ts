import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { FileChanged, sha256 } from "./sha256";

/** A file that tells how many like it are being read or held. */
function watched(
  bytes: Uint8Array<ArrayBuffer>,
  held: { now: number; most: number; given: ArrayBuffer[] },
): Blob {
  const file = new Blob([bytes]);
  file.arrayBuffer = async () => {
    held.now += 1;
    held.most = Math.max(held.most, held.now);
    await new Promise((resolve) => setImmediate(resolve));
    const copy = bytes.slice().buffer;
    held.given.push(copy);
    held.now -= 1;
    return copy;
  };
  return file;
}

describe("the hash of a part", () => {
  test("is the SHA-256 of its bytes in base64", async () => {
    const bytes = new TextEncoder().encode("a certificate");
    expect(await sha256(new Blob([bytes]))).toBe(createHash("sha256").update(bytes).digest("base64"));
  });

  test("holds one part at a time in memory, however many are asked for, and none afterwards", async () => {
    const held = { now: 0, most: 0, given: [] as ArrayBuffer[] };
    const parts = [1, 2, 3, 4].map((byte) => watched(new Uint8Array(1000).fill(byte), held));
    const hashes = await Promise.all(parts.map(sha256));
    expect(new Set(hashes).size).toBe(4);
    expect(held.most).toBe(1);
    expect(
      held.given.map(({ byteLength }) => byteLength),
      "given back",
    ).toEqual([0, 0, 0, 0]);
  });

  test("that cannot be read keeps none of the next ones", async () => {
    const gone = new Blob();
    gone.arrayBuffer = () => Promise.reject(new Error("gone"));
    const [first, second] = [sha256(gone), sha256(new Blob(["x"]))];
    await expect(first).rejects.toBeInstanceOf(FileChanged);
    expect(await second).toHaveLength(44);
  });
});
