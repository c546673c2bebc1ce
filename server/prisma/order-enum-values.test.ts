import { expect, test } from "vitest";
import { orderEnumValues } from "./order-enum-values";

const schema = `enum Role {
  guest
  helper
  member
  /// Decides on documents.
  reviewer
  auditor
  admin
  owner
}

enum Other {
  member
}
`;

test("a migration adds each enum value at its place in the schema", () => {
  const names = ["guest", "helper", "auditor", "owner"];
  const sql = names.map((name) => `-- AlterEnum\nALTER TYPE "Role" ADD VALUE '${name}';\n`).join("\n");
  expect(orderEnumValues(sql, schema).match(/ADD VALUE .*/g)).toEqual([
    "ADD VALUE 'guest' BEFORE 'member';",
    "ADD VALUE 'helper' AFTER 'guest';",
    "ADD VALUE 'auditor' AFTER 'reviewer';",
    "ADD VALUE 'owner' AFTER 'admin';",
  ]);
});

test("other statements of a migration stay as they are", () => {
  const sql = `ALTER TABLE "User" ADD COLUMN "age" INTEGER;\n`;
  expect(orderEnumValues(sql, schema)).toBe(sql);
});

test("a value that the schema lacks is an error", () => {
  expect(() => orderEnumValues(`ALTER TYPE "Other" ADD VALUE 'x';`, schema)).toThrow("no value x");
});
