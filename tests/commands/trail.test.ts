import { afterAll, beforeAll, expect, test } from "vitest";
import { tamperWithTrail, testEntry } from "@/lib/audit/testing/trail-fixture";
import { appendToTrail } from "@/lib/audit/trail";
import { trailKeyFromEnv } from "@/lib/audit/trail-key";
import { systemClock } from "@/lib/clock";
import { env } from "@/lib/config/env";
import { newId } from "@/lib/id";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";
import { runTrailCommand } from "./run-command";

let environment: TestEnvironment;
beforeAll(async () => {
  environment = await createTestEnvironment();
});
afterAll(() => environment.drop());

test("trail verifies the entries and names a changed one", async () => {
  const { db } = environment;
  expect(await runTrailCommand(["verify"])).toEqual({
    code: 0,
    out: "The audit trail has no entries yet.\n",
    error: "",
  });
  const context = { clock: systemClock, trailKey: trailKeyFromEnv(env()) };
  const subject = newId();
  const entries = [...[1, 2, 3].map((objects) => testEntry(subject, objects)), testEntry(newId(), 1)];
  await db.$transaction((tx) => appendToTrail(tx, context, entries));
  expect(await runTrailCommand(["verify"])).toEqual({
    code: 0,
    out: expect.stringMatching(/^The audit trail is intact: 4 entries in 2 chains\./),
    error: "",
  });

  await tamperWithTrail(db, `UPDATE "Trail" SET detail = '{"objects":2}' WHERE position = 2`);
  const { seq } = await db.trail.findFirstOrThrow({ where: { position: 2 } });
  expect(await runTrailCommand(["verify"])).toEqual({
    code: 1,
    out: `The audit trail is broken:\n- entry ${seq} about ${subject}: its content does not match its hash\n`,
    error: "",
  });
  const json = await runTrailCommand(["verify", "--json"]);
  expect(json.code).toBe(1);
  expect(JSON.parse(json.out)).toMatchObject({ entries: 4, broken: [{ seq: Number(seq), subject }] });
});

test("trail cannot verify without the database or with wrong arguments", async () => {
  const unreachable = await runTrailCommand(["verify"], {
    DATABASE_URL: "postgresql://unknown@127.0.0.1:9/nothing",
  });
  expect(unreachable).toMatchObject({ code: 2, out: "" });
  expect(unreachable.error).not.toBe("");
  expect(await runTrailCommand([])).toMatchObject({ code: 2, error: expect.stringContaining("Usage: ") });
});

test("trail verifies with TRAIL_SECRET after AUTH_SECRET has changed", async () => {
  const secret = String(process.env.AUTH_SECRET);
  const rotated = { AUTH_SECRET: "another secret that is long enough, too" };
  await tamperWithTrail(environment.db, 'DELETE FROM "Trail"', 'DELETE FROM "TrailHead"');
  const context = { clock: systemClock, trailKey: trailKeyFromEnv(env()) };
  await environment.db.$transaction((tx) => appendToTrail(tx, context, [testEntry(newId(), 1)]));
  expect(await runTrailCommand(["verify"], rotated)).toMatchObject({
    code: 1,
    out: expect.stringContaining("set TRAIL_SECRET to its earlier value"),
  });
  expect(await runTrailCommand(["verify"], { ...rotated, TRAIL_SECRET: secret })).toMatchObject({ code: 0 });
});
