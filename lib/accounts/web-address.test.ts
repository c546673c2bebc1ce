import { expect, test } from "vitest";
import { parseWebAddress } from "./web-address";

test.each([
  ["https://example.org", "https://example.org/", "example.org"],
  ["  https://example.org/me  ", "https://example.org/me", "example.org"],
  ["HTTPS://Example.ORG/Me?a=1#top", "https://example.org/Me?a=1#top", "example.org"],
  ["https://example.org:8443/", "https://example.org:8443/", "example.org:8443"],
  ["https://bücher.example/größe", "https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe", "xn--bcher-kva.example"],
  // The first letter is Cyrillic.
  ["https://аpple.com/", "https://xn--pple-43d.com/", "xn--pple-43d.com"],
  ["https://пример.рф", "https://xn--e1afmkfd.xn--p1ai/", "xn--e1afmkfd.xn--p1ai"],
  [
    "https://ja.wikipedia.org/wiki/日本",
    "https://ja.wikipedia.org/wiki/%E6%97%A5%E6%9C%AC",
    "ja.wikipedia.org",
  ],
])("parseWebAddress writes %j in ASCII", (typed, url, host) => {
  expect(parseWebAddress(typed)).toEqual({ url, host });
  expect(parseWebAddress(url), "again").toEqual({ url, host });
});

test.each([
  "http://example.org",
  "javascript:alert(1)",
  "JAVASCRIPT://example.org/%0aalert(1)",
  "data:text/html,<b>",
  "vbscript:x",
  "//example.org",
  "https:example.org",
  "https:\\\\example.org",
  "example.org",
  "mailto:ada@example.org",
  "ftp://example.org",
  "blob:https://example.org/1",
])("parseWebAddress refuses %j: no https", (typed) => {
  expect(parseWebAddress(typed)).toEqual({ problem: "must begin with https://" });
});

test.each([
  "https://ada@example.org",
  "https://ada:secret@example.org",
  "https://bank.example:x@example.org",
])("parseWebAddress refuses %j: a user name", (typed) => {
  expect(parseWebAddress(typed)).toEqual({ problem: "must not have a user name or a password" });
});

test.each([
  "https://",
  "https://localhost/",
  "https://intranet",
  "https://127.0.0.1/",
  "https://0x7f.1/",
  "https://2130706433/",
  "https://[::1]/",
  "https://example.org./",
  "https://exa mple.org/",
  "https://exa%00mple.org/",
  "https://.org/",
])("parseWebAddress refuses %j: no name of a website", (typed) => {
  expect(parseWebAddress(typed)).toEqual({
    problem: "must have the name of a website, such as https://example.org",
  });
});

test("parseWebAddress bounds the address as it is stored", () => {
  const longest = `https://example.org/${"a".repeat(980)}`;
  expect(parseWebAddress(longest)).toMatchObject({ url: longest });
  const problem = "must have at most 1000 characters";
  expect(parseWebAddress(`${longest}a`)).toEqual({ problem });
  expect(parseWebAddress(`https://example.org/${"日".repeat(120)}`)).toEqual({ problem });
  expect(parseWebAddress("  ")).toEqual({ problem: "must not be empty" });
});
