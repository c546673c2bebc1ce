import { afterAll, beforeAll, expect, test } from "vitest";
import { medicalLetter } from "@/lib/fields/medical-letter";
import { createReviewFixture, type ReviewFixture } from "@/lib/review/testing/review-fixture";
import { runRetentionCommand } from "./run-command";

let fixture: ReviewFixture;
beforeAll(async () => {
  fixture = await createReviewFixture();
});
afterAll(() => fixture.drop());

test("retention forecasts, counts and destroys what is due", async () => {
  const member = await fixture.createPerson([], "member");
  const { id } = await fixture.submitFile(member, medicalLetter.name, {
    createdAt: new Date("2020-02-29T10:00:00Z"),
  });
  const forecast = await runRetentionCommand("forecast", "--until", "2021-12-31", "--json");
  expect(JSON.parse(forecast.out)).toEqual({
    days: [{ date: "2021-02-28", field: medicalLetter.name, files: 1 }],
    total: 1,
  });
  expect(JSON.parse((await runRetentionCommand("run", "--dry-run", "--json")).out)).toEqual({ due: 1 });
  expect((await fixture.findFile(id)).purgedAt).toBeNull();
  const run = await runRetentionCommand("run", "--json");
  expect(run.code).toBe(0);
  expect(JSON.parse(run.out)).toMatchObject({ ended: 1, destroyed: 1, failed: 0, left: 0 });
  expect((await fixture.findFile(id)).purgedAt).not.toBeNull();
});

test("retention replays what a restored backup has brought back", async () => {
  const member = await fixture.createPerson([], "member");
  const createdAt = new Date("2020-02-29T10:00:00Z");
  const { id } = await fixture.submitFile(member, medicalLetter.name, { createdAt });
  expect((await runRetentionCommand("run")).code).toBe(0);
  const { db } = fixture.context;
  await db.file.update({ where: { id }, data: { purgedAt: null, status: "submitted" } });
  const dryRun = await runRetentionCommand("replay", "--dry-run");
  expect(dryRun).toMatchObject({ code: 1, out: expect.stringContaining("has brought back 1 of these") });
  expect((await fixture.findFile(id)).purgedAt).toBeNull();
  const replay = await runRetentionCommand("replay", "--json");
  expect(replay.code).toBe(0);
  expect(JSON.parse(replay.out)).toMatchObject({ replayed: 1, destroyed: 1, failed: 0, unreadable: [] });
  expect((await fixture.findFile(id)).purgedAt).not.toBeNull();
  expect(JSON.parse((await runRetentionCommand("replay", "--json")).out)).toMatchObject({ replayed: 0 });
});

test.each([
  [["forecast", "--until", "soon"], "--until must be a day"],
  [["run", "--until", "2027-01-01"], "npm run retention -- forecast"],
  [["replay", "--until", "2027-01-01"], "npm run retention -- forecast"],
  [["destroy"], "npm run retention -- forecast"],
  [[], "npm run retention -- forecast"],
])("retention refuses %j and says what it accepts", async (args, message) => {
  expect(await runRetentionCommand(...args)).toMatchObject({
    code: 2,
    error: expect.stringContaining(message),
  });
});
