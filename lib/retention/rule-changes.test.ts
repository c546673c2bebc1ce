import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { isCampaign } from "../../tests/support/campaign";
import type { Field } from "../fields/field";
import { fields } from "../fields/fields";
import { medicalLetter } from "../fields/medical-letter";
import type { Viewer } from "../permissions/viewer";
import { createReviewFixture, type ReviewFixture } from "../review/testing/review-fixture";
import { dateFiles } from "./date-files";
import { confirmRule, listRules } from "./rule-changes";
import { runRetention } from "./run-retention";

/** Files of each of three members: ten thousand in all in a campaign. */
const [UNDECIDED, DECIDED] = isCampaign ? [2000, 1333] : [300, 150];

let fixture: ReviewFixture;
let admin: Viewer;

beforeAll(async () => {
  fixture = await createReviewFixture();
  admin = await fixture.createPerson([], "admin");
});
afterEach(() => declare(medicalLetter));
afterAll(() => fixture.drop());

/** Declares the medical letter like this from now on, as a deployment with other code does. */
function declare(field: Field): void {
  if (fields instanceof Map) fields.set(medicalLetter.name, field);
}

const longer = { from: "decision", for: "P60D", undecidedFor: "P6M" } as const;

function declareLonger(): void {
  declare({ ...medicalLetter, retention: { from: "decision", for: "P60D" }, undecidedFor: "P6M" });
}

async function ruleOf(name: string) {
  return (await listRules(fixture.context)).find(({ field }) => field === name);
}

describe("a changed rule", () => {
  test("counts once confirmed and does what it showed", async () => {
    const { context } = fixture;
    const { db } = context;
    const now = context.clock.now();
    const members = await Promise.all([1, 2, 3].map(() => fixture.createPerson([], "member")));
    const rows = members.flatMap((member, index) => [
      ...Array.from({ length: UNDECIDED }, () => fixture.buildFileRow(member, "medicalLetter")),
      ...Array.from({ length: DECIDED + index }, () => ({
        ...fixture.buildFileRow(member, "medicalLetter", { status: "approved" }),
        decidedAt: new Date(now.getTime() - index * 86_400_000),
      })),
    ]);
    await db.file.createMany({ data: rows });
    await dateFiles(context);
    expect(await ruleOf("medicalLetter")).not.toHaveProperty("change");
    declareLonger();
    const { change } = (await ruleOf("medicalLetter")) ?? {};
    expect(change).toMatchObject({ sooner: 3 * UNDECIDED, later: 3 * DECIDED + 3, destroyed: 0, members: 3 });
    expect(change?.first).toHaveLength(10);
    const before = await keepUntils();
    expect(await dateFiles(context)).toBe(0);
    expect(await keepUntils()).toEqual(before);
    expect(await confirmRule(context, admin, "medicalLetter", { declared: longer })).toEqual({
      state: "confirmed",
    });
    await runRetention(context);
    const after = await keepUntils();
    const count = (isSo: (was: number, willBe: number) => boolean) =>
      [...before].filter(([id, was]) => isSo(was, after.get(id) ?? 0)).length;
    expect(count((was, willBe) => willBe < was)).toBe(change?.sooner);
    expect(count((was, willBe) => willBe > was)).toBe(change?.later);
    for (const { fileId, was, willBe } of change?.first ?? [])
      expect([was, willBe].map((date) => Date.parse(date ?? ""))).toEqual([
        before.get(fileId),
        after.get(fileId),
      ]);
    expect(await ruleOf("medicalLetter")).toMatchObject({ inForce: longer, declared: longer });
  });

  test("needs a second admin where there is one", async () => {
    const { context } = fixture;
    const other = await fixture.createPerson([], "admin");
    declare({ ...medicalLetter, retention: { from: "decision", for: "P90D" } });
    const declared = { from: "decision", for: "P90D", undecidedFor: "P1Y" } as const;
    const confirm = (viewer: Viewer) => confirmRule(context, viewer, "medicalLetter", { declared });
    expect(await confirm(admin)).toEqual({ state: "proposed" });
    expect((await ruleOf("medicalLetter"))?.change).toMatchObject({ proposedBy: admin.id });
    await expect(confirm(admin)).rejects.toMatchObject({ code: "forbidden" });
    // Another declaration takes the proposal back.
    declare({ ...medicalLetter, retention: { from: "decision", for: "P91D" } });
    expect((await ruleOf("medicalLetter"))?.change).not.toHaveProperty("proposedBy");
    await expect(confirm(other)).rejects.toMatchObject({ code: "conflict" });
    declare({ ...medicalLetter, retention: { from: "decision", for: "P90D" } });
    expect(await confirm(other)).toEqual({ state: "confirmed" });
    await expect(confirm(other)).rejects.toMatchObject({ code: "conflict" });
    const entries = await context.db.trail.findMany({
      where: { event: { startsWith: "retention." } },
      orderBy: { seq: "desc" },
      take: 2,
    });
    expect(entries).toMatchObject([
      { event: "retention.confirmed", byId: other.id, detail: { field: "medicalLetter", for: "P90D" } },
      { event: "retention.proposed", byId: admin.id },
    ]);
  });

  test("of a field that is no longer declared stays in force", async () => {
    const { context } = fixture;
    const member = await fixture.createPerson([], "member");
    const { id } = await fixture.submitFile(member, "medicalLetter");
    await context.db.file.update({ where: { id }, data: { createdAt: new Date(0) } });
    await context.db.retentionRule.update({
      where: { field: "medicalLetter" },
      data: { undatedAfter: "00000000-0000-0000-0000-000000000000" },
    });
    if (fields instanceof Map) fields.delete("medicalLetter");
    const rule = await ruleOf("medicalLetter");
    expect(rule).not.toHaveProperty("declared");
    expect(rule).not.toHaveProperty("change");
    await expect(confirmRule(context, admin, "medicalLetter", { declared: longer })).rejects.toMatchObject({
      code: "not_found",
    });
    await runRetention(context);
    expect((await fixture.findFile(id)).purgedAt).not.toBeNull();
  });
});

async function keepUntils(): Promise<Map<string, number>> {
  const files = await fixture.context.db.file.findMany({
    where: { purgedAt: null },
    select: { id: true, keepUntil: true },
  });
  return new Map(files.map(({ id, keepUntil }) => [id, keepUntil?.getTime() ?? Number.POSITIVE_INFINITY]));
}
