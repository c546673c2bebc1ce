/**
 * Adds a position to each `ALTER TYPE ... ADD VALUE` of a generated migration. Prisma's diff writes
 * none: PostgreSQL then appends the value, and the migrated order differs from the schema's.
 */
export function orderEnumValues(sql: string, schema: string): string {
  const added = [...sql.matchAll(ADD_VALUE)].map(([, type, value]) => `${type}.${value}`);
  return sql.replaceAll(ADD_VALUE, (statement, type: string, value: string) => {
    const values = enumValues(schema, type);
    const index = values.indexOf(value);
    if (index === -1) throw new Error(`prisma/schema.prisma has no value ${value} in the enum ${type}.`);
    const previous = values[index - 1];
    if (previous !== undefined) return `${statement} AFTER '${previous}'`;
    const next = values.find((other) => !added.includes(`${type}.${other}`));
    return next === undefined ? statement : `${statement} BEFORE '${next}'`;
  });
}

const ADD_VALUE = /ALTER TYPE "(\w+)" ADD VALUE '(\w+)'/g;

/** Lists the values of an enum in the order of the schema. */
function enumValues(schema: string, name: string): string[] {
  const body = new RegExp(`^enum ${name} \\{\\n([^}]*)^\\}`, "m").exec(schema)?.[1] ?? "";
  return body
    .split("\n")
    .map((line) => line.trim().split(/\s/)[0] ?? "")
    .filter((word) => /^\w+$/.test(word));
}
