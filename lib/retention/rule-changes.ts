import { createHash } from "node:crypto";
import { z } from "zod";
import type { AppContext } from "../app-context";
import { appendToTrail } from "../audit/trail";
import type { RetentionRule } from "../db/generated/client";
import { notFoundProblem, Problem } from "../errors";
import { retentionSchema } from "../fields/field-schema";
import { fields } from "../fields/fields";
import type { Viewer } from "../permissions/viewer";
import { declaredRuleOf, keepUntilOf, type Rule } from "./keep-until";
import { FIRST_ID, putDeclaredRulesInForce, toRule } from "./rules";

type RuleContext = Pick<AppContext, "db" | "clock" | "timeZone" | "trailKey">;

export const ruleConfirmationSchema = z.strictObject({
  declared: retentionSchema.extend({ undecidedFor: z.string().max(40).optional() }),
});

/** A rule as the HTTP contract shows it. */
export type RuleView = Pick<Rule, "from" | "for" | "undecidedFor">;

export type DateChange = { fileId: string; was: string | null; willBe: string | null };
export type RuleChange = {
  /** Files that would end sooner, and later or only after a later event. */
  sooner: number;
  later: number;
  /** Of those, the files that the next run of the job would destroy. */
  destroyed: number;
  members: number;
  /** The ten files that would end first. */
  first: DateChange[];
  proposedBy?: string;
};
export type RuleStatus = {
  field: string;
  inForce: RuleView;
  /** Missing for a field that is no longer declared: its last rule stays in force. */
  declared?: RuleView;
  change?: RuleChange;
};

/** Lists the rule in force of each field, and what an unconfirmed declaration would change. */
export async function listRules(context: RuleContext): Promise<RuleStatus[]> {
  const statuses: RuleStatus[] = [];
  for (const row of await readRules(context)) {
    const declared = declaredRuleOfName(row.field);
    const isChanged = declared && hashRule(declared) !== hashRule(toRule(row));
    statuses.push({
      ...toStatus(row),
      ...(isChanged ? { change: await computeChange(context, row, declared) } : {}),
    });
  }
  return statuses;
}

async function readRules(context: RuleContext): Promise<RetentionRule[]> {
  await context.db.$transaction((tx) => putDeclaredRulesInForce(tx, context));
  return context.db.retentionRule.findMany({ orderBy: { field: "asc" } });
}

function toStatus(row: RetentionRule): RuleStatus {
  const declared = declaredRuleOfName(row.field);
  return {
    field: row.field,
    inForce: toRuleView(toRule(row)),
    ...(declared ? { declared: toRuleView(declared) } : {}),
  };
}

export type UnconfirmedRule = { field: string; reason: "changed" | "undeclared" };

/** Names the fields whose declared rule is not in force, and fields that are no longer declared. */
export function findUnconfirmedRules(rows: readonly RetentionRule[]): UnconfirmedRule[] {
  return rows.flatMap((row): UnconfirmedRule[] => {
    const declared = declaredRuleOfName(row.field);
    if (!declared) return [{ field: row.field, reason: "undeclared" }];
    return hashRule(declared) === hashRule(toRule(row)) ? [] : [{ field: row.field, reason: "changed" }];
  });
}

export type Confirmation = { state: "confirmed" | "proposed" };

/**
 * Confirms the declared rule of a field as it was shown. Where there are several admins, the first
 * one proposes it and another one confirms it. From then on it is in force, and the retention job
 * gives the files of the field their new dates before it destroys any of them.
 * Errors: not_found; conflict, if the declaration is another one by now or already in force;
 * forbidden, if the proposer confirms.
 */
export async function confirmRule(
  context: RuleContext,
  viewer: Viewer,
  fieldName: string,
  { declared: shown }: z.infer<typeof ruleConfirmationSchema>,
): Promise<Confirmation> {
  const declared = declaredRuleOfName(fieldName);
  if (!declared) throw notFoundProblem();
  return context.db.$transaction(async (tx) => {
    const [row] = await tx.$queryRaw<RetentionRule[]>`
      SELECT * FROM "RetentionRule" WHERE field = ${fieldName} FOR UPDATE`;
    if (!row) throw notFoundProblem();
    const hash = hashRule(declared);
    if (hash === hashRule(toRule(row))) throw new Problem("conflict", "This rule is already in force.");
    if (
      hash !== hashRule({ ...declared, ...shown, undecidedFor: shown.undecidedFor ?? declared.undecidedFor })
    )
      throw new Problem("conflict", "The declared rule has changed since you saw it. Look at it again.");
    const isProposed = row.proposedById !== null && row.proposedRule === hash;
    const admins = await tx.user.count({ where: { role: "admin" } });
    if (admins > 1 && isProposed && row.proposedById === viewer.id)
      throw new Problem("forbidden", "You proposed this change. Another admin has to confirm it.");
    const confirms = admins < 2 || isProposed;
    await tx.retentionRule.update({
      where: { field: fieldName },
      data: confirms
        ? {
            ...declared,
            since: context.clock.now(),
            undatedAfter: FIRST_ID,
            proposedById: null,
            proposedRule: null,
          }
        : { proposedById: viewer.id, proposedRule: hash },
    });
    await appendToTrail(tx, context, [
      {
        event: confirms ? "retention.confirmed" : "retention.proposed",
        byId: viewer.id,
        detail: { field: fieldName, ...declared },
      },
    ]);
    return { state: confirms ? "confirmed" : "proposed" };
  });
}

function declaredRuleOfName(name: string): Rule | null {
  const field = fields.get(name);
  return field?.retention ? declaredRuleOf(field) : null;
}

function toRuleView({ from, for: lasts, undecidedFor }: Rule): RuleView {
  return { from, for: lasts, undecidedFor };
}

function hashRule({ from, for: lasts, undecidedFor, issueFact }: Rule): string {
  return createHash("sha256")
    .update(JSON.stringify([from, lasts, undecidedFor, issueFact]))
    .digest("base64");
}

const BATCH_SIZE = 2000;
const FIRST_COUNT = 10;

/** Computes what the declared rule would change, in batches. */
async function computeChange(
  { db, clock, timeZone }: RuleContext,
  row: RetentionRule,
  declared: Rule,
): Promise<RuleChange> {
  const members = new Set<string>();
  const change = { sooner: 0, later: 0, destroyed: 0, first: [] as DateChange[] };
  let first: { was: Date | null; willBe: Date | null; fileId: string }[] = [];
  const now = clock.now();
  for (let after = FIRST_ID; ; ) {
    const files = await db.file.findMany({
      where: { field: row.field, id: { gt: after }, purgedAt: null },
      orderBy: { id: "asc" },
      take: BATCH_SIZE,
      select: {
        id: true,
        ownerId: true,
        status: true,
        createdAt: true,
        decidedAt: true,
        supersededAt: true,
        purgedAt: true,
        facts: true,
        owner: { select: { leftAt: true } },
      },
    });
    for (const { owner, ...file } of files) {
      const dated = { leftAt: owner.leftAt, timeZone };
      const was = keepUntilOf(toRule(row), file, dated);
      const willBe = keepUntilOf(declared, file, dated);
      if (timeOf(was) === timeOf(willBe)) continue;
      if (timeOf(willBe) < timeOf(was)) change.sooner += 1;
      else change.later += 1;
      if (willBe && willBe < now) change.destroyed += 1;
      members.add(file.ownerId);
      first.push({ fileId: file.id, was, willBe });
    }
    first = first.sort((one, other) => timeOf(one.willBe) - timeOf(other.willBe)).slice(0, FIRST_COUNT);
    if (files.length < BATCH_SIZE) break;
    after = files.at(-1)?.id ?? after;
  }
  return {
    ...change,
    members: members.size,
    first: first.map(({ fileId, was, willBe }) => ({
      fileId,
      was: was?.toISOString() ?? null,
      willBe: willBe?.toISOString() ?? null,
    })),
    ...(row.proposedById && row.proposedRule === hashRule(declared) ? { proposedBy: row.proposedById } : {}),
  };
}

/** No end is later than every end. */
function timeOf(end: Date | null): number {
  return end?.getTime() ?? Number.POSITIVE_INFINITY;
}
