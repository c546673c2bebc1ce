import { expect, test } from "vitest";
import { parseAddressList } from "./parse-address-list";

const namesOf = (text: string) =>
  parseAddressList(text).addresses.map(({ email, name }) => (name ? `${name} <${email}>` : email));

test.each([
  ["one address in each line", "ada@example.org\nbob@example.org", ["ada@example.org", "bob@example.org"]],
  [
    "line ends of Windows",
    "ada@example.org\r\n\r\nbob@example.org\r\n",
    ["ada@example.org", "bob@example.org"],
  ],
  ["line ends of an old Mac", "ada@example.org\rbob@example.org", ["ada@example.org", "bob@example.org"]],
  ["a mark of the byte order", "\ufeffada@example.org", ["ada@example.org"]],
  [
    "several addresses in a line",
    "ada@example.org; bob@example.org,",
    ["ada@example.org", "bob@example.org"],
  ],
  ["spaces between addresses", "ada@example.org bob@example.org", ["ada@example.org", "bob@example.org"]],
  [
    "addresses as mail programs copy them",
    'Ada Lovelace <ada@example.org>, "Byron, Bob" <bob@example.org>',
    ["Ada Lovelace <ada@example.org>", "Byron, Bob <bob@example.org>"],
  ],
  ["a name before the address", "Ada Lovelace;ada@example.org", ["Ada Lovelace <ada@example.org>"]],
  ["a name after the address", 'ada@example.org\t"Lovelace, ""Ada"""', ['Lovelace, "Ada" <ada@example.org>']],
  ["a line of headings", "Name,E-Mail address\nAda,ada@example.org", ["Ada <ada@example.org>"]],
  ["links", "mailto:ada@example.org\n<bob@example.org>", ["ada@example.org", "bob@example.org"]],
  [
    "addresses of other scripts",
    "用户@例子.广告\nmüller@bücher.example",
    ["用户@例子.广告", "müller@bücher.example"],
  ],
  ["invisible characters", "\u200bada@example.org\u00a0", ["ada@example.org"]],
  ["a formula in place of a name", '"=HYPERLINK(""x"")",ada@example.org', ["ada@example.org"]],
])("a list can have %s", (_, text, expected) => {
  expect(namesOf(text)).toEqual(expected);
  expect(parseAddressList(text).unused).toEqual([]);
});

test.each([
  ["no @", "ada.example.org"],
  ["two @", "ada@@example.org"],
  ["no point in the domain", "ada@example"],
  ["a space", "ada lovelace@example.org"],
  ["a formula", "=cmd|' /C calc'!A0@example.org"],
  ["more than 254 characters", `${"a".repeat(250)}@example.org`],
])("a line is not an address with %s", (_, text) => {
  expect(parseAddressList(`bob@example.org\n${text}`)).toEqual({
    addresses: [{ line: 1, email: "bob@example.org" }],
    unused: [{ line: 2, text, why: "broken" }],
  });
});

test("a repeated address is used once, in its first spelling", () => {
  expect(parseAddressList("Ada@example.org\n\nada@EXAMPLE.org")).toEqual({
    addresses: [{ line: 1, email: "Ada@example.org" }],
    unused: [{ line: 3, text: "ada@EXAMPLE.org", why: "duplicate" }],
  });
});

test("a mistyped address beside another one is reported", () => {
  expect(parseAddressList("ada@example.org, bob@example")).toEqual({
    addresses: [{ line: 1, email: "ada@example.org" }],
    unused: [{ line: 1, text: "bob@example", why: "broken" }],
  });
});

test("a quote that is not closed swallows no other line", () => {
  expect(namesOf('"ada@example.org\nbob@example.org\n"eve@example.org"')).toEqual([
    "ada@example.org",
    "bob@example.org",
    "eve@example.org",
  ]);
});

test("a list can have 100,000 lines", () => {
  const lines = Array.from({ length: 100_000 }, (_, index) => `"Person ${index}";p${index}@example.org`);
  expect(parseAddressList(lines.join("\n")).addresses).toHaveLength(100_000);
}, 30_000);
