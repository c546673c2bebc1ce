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

const verify = (...options: string[]) => runStorageCommand(["trail", ...options]);

test("storage trail verifies the receipts and names an altered one", async () => {
  const { db } = environment;
  expect(await verify()).toEqual({ code: 0, out: "The audit trail has no entries yet.\n", error: "" });
  const receipt = { event: "bytes.destroyed", subjectId: newId(), detail: { objects: 1 } };
  await db.$transaction((tx) => appendToTrail(tx, { clock: systemClock }, [receipt, receipt, receipt]));
  const { seq, seal } = await db.trail.findFirstOrThrow({ orderBy: { seq: "desc" } });
  expect(await verify()).toEqual({
    code: 0,
    out: `The audit trail is intact: 3 entries. Store its head elsewhere: ${seq} ${seal}\n`,
    error: "",
  });

  await db.trail.update({ where: { seq: 2 }, data: { detail: { objects: 2 } } });
  expect(await verify()).toEqual({
    code: 1,
    out: expect.stringMatching(/^The audit trail is broken at entry 2: .+\.\n$/),
    error: "",
  });
  const json = await verify("--json");
  expect(json.code).toBe(1);
  expect(JSON.parse(json.out)).toMatchObject({ entries: 1, head: { seq: "1" }, broken: { seq: "2" } });

  const unreachable = await runStorageCommand(["trail"], {
    DATABASE_URL: "postgresql://unknown@127.0.0.1:9/nothing",
  });
  expect(unreachable).toMatchObject({ code: 2, out: "" });
  expect(unreachable.error).not.toBe("");
});
