import { expect, test } from "vitest";
import { formatSize } from "./format-size";

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [1023, "1023 bytes"],
  [1024, "1 KB"],
  [2.4 * 1024 * 1024, "2.4 MB"],
  [25 * 1024 * 1024, "25 MB"],
  [1024 * 1024 - 10, "1 MB"],
  [5 * 1024 ** 3, "5 GB"],
])("formatSize formats %d bytes as %s", (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});
