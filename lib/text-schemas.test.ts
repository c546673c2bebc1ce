import { describe, expect, test } from "vitest";
import { multiLineText, singleLineText } from "./text-schemas";

const line = singleLineText({ min: 1, max: 20 });
const lines = multiLineText({ max: 40 });

const INVISIBLE = [
  "\u200b",
  "\u3164",
  "\u2800",
  "\u00ad",
  "\u200d\ufe0f",
  "\u034f",
  "\u2060 \ufeff",
  "\u180e\uffa0\u115f",
  "\u202a\u202c",
  "\u2066\u200f\u2069",
  "\u{e0041}",
  "\u{1d159}",
  " \u00a0\u3000",
];

describe("text without visible characters", () => {
  test.each(INVISIBLE)("is empty: %j", (text) => {
    expect(line.safeParse(text).error?.issues[0]?.message).toBe("must not be empty");
    expect(lines.parse(text)).toBe("");
  });

  test.each(["\u0301", "\u0600", "-", "😀", "ﷺ"])("is not text such as %j", (text) => {
    expect(line.parse(text)).toBe(text.normalize("NFC"));
  });
});

describe("a pasted text", () => {
  test.each([
    ["a direction mark before a Hebrew name", "\u200fדוד לוי", "דוד לוי"],
    ["direction marks and spaces at both ends", " \u200e\u061c Ada \u200f ", "Ada"],
    ["an embedding that nothing ends", "\u202bדוד לוי", "דוד לוי"],
    ["an end that nothing opens", "דוד\u202c לוי\u2069", "דוד לוי"],
    ["an embedding that an isolate cuts off", "\u2067\u202aדוד\u2069 לוי\u202c", "\u2067דוד\u2069 לוי"],
    ["Unicode's line and paragraph separators", "Ada\u2028King\u2029Noel", "Ada King Noel"],
    ["a tab of a spreadsheet", "Ada\tKing", "Ada King"],
  ])("loses %s", (_, pasted, kept) => {
    expect(line.parse(pasted)).toBe(kept);
  });

  test.each([
    ["a pair of embeddings", "\u202bדוד\u202c Levi"],
    ["nested isolates", "a \u2067b \u2066c\u2069\u2069"],
    ["a direction mark between words", "C++\u200e דוד"],
    ["a joiner between letters", "می\u200cخواهم"],
  ])("keeps %s", (_, text) => {
    expect(line.parse(text)).toBe(text);
  });

  test("ends pairs at the end of their line", () => {
    expect(lines.parse("\u202aone\ntwo\u202c")).toBe("one\ntwo");
  });
});

test.each([
  ["an override", "a\u202eb"],
  ["an override and its end", "\u202dab\u202c"],
  ["nothing but an override", "\u202e"],
  ["a NUL", "a\u0000"],
  ["half a letter", "a\ud800"],
])("text with %s is refused", (_, text) => {
  expect(line.safeParse(text).success).toBe(false);
  expect(lines.safeParse(text).success).toBe(false);
});
