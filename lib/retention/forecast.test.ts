import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isCampaign } from "../../tests/support/campaign";
import type { AppContext } from "../app-context";
import { addDuration, dayOf } from "../fields/calendar";
import { fields } from "../fields/fields";
import { withdrawFile } from "../files/withdraw-file";
import type { Viewer } from "../permissions/viewer";
import { claimDocument } from "../review/claims";
import { decideOnDocument } from "../review/decide";
import { createReviewFixture, type ReviewFixture } from "../review/testing/review-fixture";
import { undoDecision } from "../review/undo";
import { forecastRetention, forecastSchema } from "./forecast";
import { placeHold, releaseHold } from "./holds";
import { runRetention } from "./run-retention";
import { updateKeepUntil } from "./update-keep-until";

let fixture: ReviewFixture;
let context: AppContext;
let member: Viewer;
let reviewer: Viewer;

beforeAll(async () => {
  fixture = await createReviewFixture("Europe/London");
  context = fixture.context;
  member = await fixture.createPerson([], "member");
  reviewer = await fixture.createPerson(["dbsCertificate", "medicalLetter"], "reviewer");
});
afterAll(() => fixture.drop());

const DAY = 24 * 3600;
const PHASE_DAYS = 25;
/** Simulated days. Events happen in every other phase; the forecast has to be right in the rest. */
const DAYS = isCampaign ? 1000 : 100;

type Event = { kind: keyof typeof EVENTS; pick: number };

const FACTS = {
  dbsCertificate: { certificateNumber: "1", issuedOn: "2026-01-15" },
  medicalLetter: { signed: true },
};

/** Finds one of the files that an event can happen to. */
async function pickFile(
  pick: number,
  where: object,
): Promise<{ id: string; field: string; sha256: string } | null> {
  const files = await context.db.file.findMany({
    where: { purgedAt: null, ...where },
    orderBy: { id: "asc" },
    select: { id: true, field: true, sha256: true },
  });
  return files[pick % Math.max(files.length, 1)] ?? null;
}

const EVENTS = {
  async submit(pick: number) {
    const field = ["dbsCertificate", "medicalLetter", "contract"][pick % 3] ?? "contract";
    const owner = pick % 4 === 0 ? member : await fixture.createPerson([], "member");
    if (field === "dbsCertificate" && (await pickFile(0, { ownerId: owner.id, field }))) return;
    const status = field === "contract" ? "stored" : "submitted";
    const { id } = await fixture.submitFile(owner, field, { status });
    // A short retention, so that some of the contracts end within the simulation.
    if (field === "contract" && pick % 2 === 0) await leave(owner, id);
  },
  async decide(pick: number, undo = false) {
    const file = await pickFile(pick, { status: "submitted" });
    if (!file) return;
    await claimDocument(context, reviewer, file.id);
    await fixture.viewPage(reviewer, file.id);
    const facts = Object.entries(FACTS).find(([field]) => field === file.field)?.[1] ?? {};
    await decideOnDocument(context, reviewer, file.id, { outcome: "approve", facts, sha256: file.sha256 });
    if (undo) await undoDecision(context, reviewer, file.id);
  },
  async undo(pick: number) {
    await EVENTS.decide(pick, true);
  },
  async withdraw(pick: number) {
    const file = await pickFile(pick, { ownerId: member.id, holds: { none: { releasedAt: null } } });
    if (file) await withdrawFile(context, member, file.id);
  },
  async hold(pick: number) {
    const file = await pickFile(pick, {});
    if (file) await placeHold(context, reviewer, { fileId: file.id, reason: "Wait" });
  },
  async release(pick: number) {
    const holds = await context.db.hold.findMany({ where: { releasedAt: null }, orderBy: { id: "asc" } });
    const hold = holds[pick % Math.max(holds.length, 1)];
    if (hold) await releaseHold(context, reviewer, hold.id, { reason: "Done" });
  },
};

async function leave(owner: Viewer, fileId: string): Promise<void> {
  const { db, clock } = context;
  const field = fields.get("contract");
  if (!field) throw new Error("No contract is declared.");
  await db.$transaction(async (tx) => {
    await tx.user.update({ where: { id: owner.id }, data: { leftAt: clock.now() } });
    await updateKeepUntil(tx, context, field, fileId);
  });
}

/** Runs the job just after midnight of the day after `day`, and counts what it ended, by field. */
async function destroyedAfter(): Promise<Record<string, number>> {
  fixture.advanceClock(DAY);
  const now = context.clock.now();
  await runRetention(context);
  const ended = await context.db.file.groupBy({
    by: ["field"],
    where: { purgedAt: now, status: { not: "withdrawn" } },
    _count: true,
  });
  return Object.fromEntries(ended.map(({ field, _count }) => [field, _count]));
}

async function forecastByDay(): Promise<Map<string, Record<string, number>>> {
  const { days } = await forecastRetention(context, {});
  const byDay = new Map<string, Record<string, number>>();
  for (const { date, field, files } of days) byDay.set(date, { ...byDay.get(date), [field]: files });
  return byDay;
}

const events = fc.record<Event>({
  kind: fc.constantFrom(
    "submit",
    "submit",
    "submit",
    "decide",
    "decide",
    "undo",
    "withdraw",
    "hold",
    "release",
  ),
  pick: fc.nat(10_000),
});

describe("the forecast", () => {
  test("of a day is what the job destroys after it", async () => {
    const phase = fc.array(fc.array(events, { maxLength: 4 }), {
      minLength: PHASE_DAYS,
      maxLength: PHASE_DAYS,
    });
    const phases = fc.array(phase, { minLength: DAYS / PHASE_DAYS / 2, maxLength: DAYS / PHASE_DAYS / 2 });
    let destroyed = 0;
    await fc.assert(
      fc.asyncProperty(phases, async (simulation) => {
        for (const days of simulation) {
          for (const day of days) {
            for (const { kind, pick } of day) await EVENTS[kind](pick);
            await destroyedAfter();
          }
          const forecast = await forecastByDay();
          for (let quiet = 0; quiet < PHASE_DAYS; quiet += 1) {
            const today = dayOf(context.clock.now(), context.timeZone);
            const counts = await destroyedAfter();
            expect({ today, ...counts }).toEqual({ today, ...forecast.get(today) });
            destroyed += Object.values(counts).reduce((sum, count) => sum + count, 0);
          }
        }
      }),
      { numRuns: 1, endOnFailure: true },
    );
    expect(destroyed).toBeGreaterThan(0);
  }, 600_000);

  test("covers the days from and to, both included, and one field", async () => {
    const dates = (await forecastRetention(context, {})).days.map(({ date }) => date);
    const from = addDuration(dates[0] ?? "", "P1D");
    const to = dates.at(-1) ?? "";
    const { days } = await forecastRetention(context, { from, to, field: "dbsCertificate" });
    expect(days.every(({ date, field }) => date >= from && date <= to && field === "dbsCertificate")).toBe(
      true,
    );
    expect((await forecastRetention(context, { from: to, to })).days.map(({ date }) => date)).toContain(to);
  });

  test.each([{ from: "soon" }, { to: "2026-02-30" }, { until: "2026-03-01" }])(
    "refuses the query %j",
    (query) => {
      expect(forecastSchema.safeParse(query).success).toBe(false);
    },
  );
});
