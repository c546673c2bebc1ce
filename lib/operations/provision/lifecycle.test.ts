import { expect, test } from "vitest";
import { deletesProtectedFiles } from "./lifecycle";

const rule = (Prefix: string | undefined, Expiration: object = { Days: 5 }) => ({
  ID: "tidy",
  Status: "Enabled" as const,
  ...(Prefix === undefined ? {} : { Filter: { Prefix } }),
  Expiration,
});

test.each([
  ["everything", rule("")],
  ["everything, without a prefix", rule(undefined)],
  ["all files", rule("files/")],
  ["some files", rule("files/a")],
  ["a prefix of pictures/", rule("pic")],
  ["the quarantine on a date", rule("quarantine/", { Date: new Date("2030-01-01") })],
])("a rule for %s deletes protected files", (_, harmful) => {
  expect(deletesProtectedFiles(harmful)).toBe(true);
  expect(deletesProtectedFiles({ ...harmful, Status: "Disabled" })).toBe(false);
});

test.each([
  ["another folder", rule("old/")],
  ["the quarantine by days", rule("quarantine/")],
  ["delete markers", rule("", { ExpiredObjectDeleteMarker: true })],
])("a rule for %s deletes no protected files", (_, harmless) => {
  expect(deletesProtectedFiles(harmless)).toBe(false);
});
