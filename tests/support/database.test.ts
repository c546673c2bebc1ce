import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createDb } from "../../lib/db/client";
import { createTestDatabase } from "./database";

test("a test database has the schema and no rows of another one", async () => {
  const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const person = { id: randomUUID(), name: "Ada", email: "ada@example.org", handle: "ada" };
  await one.db.user.create({ data: person });
  await expect(one.db.user.count()).resolves.toBe(1);
  await expect(other.db.user.count()).resolves.toBe(0);
  await Promise.all([one.drop(), other.drop()]);
});

test("a dropped test database no longer exists", async () => {
  const { db, url, drop } = await createTestDatabase();
  await drop();
  const name = new URL(url).pathname.slice(1);
  const other = await createTestDatabase();
  await expect(other.db.$queryRaw`SELECT 1 FROM pg_database WHERE datname = ${name}`).resolves.toEqual([]);
  await other.drop();
  await expect(db.user.count()).rejects.toThrow();
});

test("$disconnect ends the pool, also if only the pool was used", async () => {
  const { url, drop } = await createTestDatabase();
  const client = createDb(url);
  await client.pool.query("SELECT 1");
  await client.$disconnect();
  expect(client.pool.ended).toBe(true);
  await client.$disconnect();
  await drop();
});
