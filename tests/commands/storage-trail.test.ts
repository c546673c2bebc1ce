import { afterAll, beforeAll, expect, test } from "vitest";
import { appendToTrail } from "@/lib/audit/trail";
import { systemClock } from "@/lib/clock";
import { newId } from "@/lib/id";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";
import { runStorageCommand } from "./run-storage";

let environment: TestEnvironment;
beforeAll(async () => {
  environment = await createTestEnvironment();
});
afterAll(() => environment.drop());

const look = (...options: string[]) => runStorageCommand(["trail", ...options]);

test("npm run storage -- trail says that the receipts are whole, names the one that was altered, and tells either from not having looked", async () => {
  const { db } = environment;
  expect(await look()).toEqual({ code: 0, out: "The audit trail has no entries yet.\n", error: "" });
  const receipt = { event: "bytes.destroyed", subjectId: newId(), detail: { objects: 1 } };
  await db.$transaction((tx) => appendToTrail(tx, { clock: systemClock }, [receipt, receipt, receipt]));
  const { seq, seal } = await db.trail.findFirstOrThrow({ orderBy: { seq: "desc" } });
  expect(await look()).toEqual({
    code: 0,
    out: `The audit trail is whole: 3 entries. Its head, to be kept elsewhere: ${seq} ${seal}\n`,
    error: "",
  });

  await db.trail.update({ where: { seq: 2 }, data: { detail: { objects: 2 } } });
  expect(await look()).toEqual({
    code: 1,
    out: "The audit trail is broken at entry 2: it is not what was sealed.\n",
    error: "",
  });
  const told = await look("--json");
  expect(told.code).toBe(1);
  expect(JSON.parse(told.out)).toMatchObject({ entries: 1, head: { seq: "1" }, broken: { seq: "2" } });

  const away = await runStorageCommand(["trail"], {
    DATABASE_URL: "postgresql://nobody@127.0.0.1:9/nothing",
  });
  expect(away).toMatchObject({ code: 2, out: "" });
  expect(away.error).not.toBe("");
});
