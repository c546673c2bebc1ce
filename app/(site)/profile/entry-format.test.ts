import { expect, test } from "vitest";
import { readEntries, toBody, toErrorsOfRows } from "./entry-format";

const EMPTY = { url: "", label: " " };
const FILLED = { url: "https://example.org/", label: "" };

test("toBody leaves out empty rows and labels", () => {
  expect(toBody({ bio: "Hello", links: [EMPTY, FILLED, { ...FILLED, label: "Me" }] })).toEqual({
    bio: "Hello",
    links: [{ url: FILLED.url }, { url: FILLED.url, label: "Me" }],
  });
});

test("readEntries reads only the named entries of a response", () => {
  const body = {
    bio: "Hello",
    id: "1",
    links: [{ url: FILLED.url }, { label: "no address" }],
    visibility: 1,
  };
  expect(readEntries(body, ["bio", "links", "visibility", "missing"])).toEqual({
    bio: "Hello",
    links: [FILLED],
  });
});

test("toErrorsOfRows counts the empty rows that were not sent", () => {
  const sent = { bio: "x", links: [EMPTY, FILLED, EMPTY, FILLED] };
  const errors = [
    { path: "links.1.label", message: "is too long" },
    { path: "bio", message: "is too long" },
    { path: "links", message: "has too many" },
  ];
  expect(toErrorsOfRows(errors, sent).map(({ path }) => path)).toEqual(["links.3.label", "bio", "links"]);
});
