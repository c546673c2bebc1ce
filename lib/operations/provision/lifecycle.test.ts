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
  ["everything, by saying nothing", rule(undefined)],
  ["all files", rule("files/")],
  ["some files", rule("files/a")],
  ["pictures and what begins like them", rule("pic")],
  ["the quarantine on a day of the calendar", rule("quarantine/", { Date: new Date("2030-01-01") })],
])("a rule for %s destroys what the database knows", (_, harsh) => {
  expect(deletesProtectedFiles(harsh)).toBe(true);
  expect(deletesProtectedFiles({ ...harsh, Status: "Disabled" })).toBe(false);
});

test.each([
  ["a folder of somebody else's", rule("old/")],
  ["the quarantine, which is judged by its days", rule("quarantine/")],
  ["marks of what is gone already", rule("", { ExpiredObjectDeleteMarker: true })],
])("a rule for %s does not", (_, harmless) => {
  expect(deletesProtectedFiles(harmless)).toBe(false);
});
