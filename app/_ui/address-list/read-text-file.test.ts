import { expect, test } from "vitest";
import { readTextFile } from "./read-text-file";

const TEXT = "Zoë;zoë@example.org";

test.each([
  ["UTF-8", Buffer.from(TEXT)],
  ["UTF-8 with a mark", Buffer.from(`\ufeff${TEXT}`)],
  ["UTF-16 with a mark", Buffer.from(`\ufeff${TEXT}`, "utf16le")],
  ["UTF-16 in the other order", Buffer.from(`\ufeff${TEXT}`, "utf16le").swap16()],
  ["the encoding of Windows", Buffer.from(TEXT, "latin1")],
])("a file in %s is read as written", async (_, bytes) => {
  expect(await readTextFile(new Blob([new Uint8Array(bytes)]))).toBe(TEXT);
});
