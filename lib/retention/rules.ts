import type { AppContext } from "../app-context";
import type { Tx } from "../db/client";
import type { RetentionRule } from "../db/generated/client";
import type { Field } from "../fields/field";
import { retentionSchema } from "../fields/field-schema";
import { fields } from "../fields/fields";
import { declaredRuleOf, type Rule } from "./keep-until";

/** Sorts before every id: all files wait for their dates. */
export const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/**
 * Finds the rule in force for a private field, and locks it until the transaction ends: a changed
 * rule counts either before or after this file's date is set. The first caller of a new field puts
 * its declared rule in force.
 */
export async function lockRuleInForce(
  tx: Tx,
  { clock }: Pick<AppContext, "clock">,
  field: Field,
): Promise<Rule> {
  const find = () => tx.$queryRaw<RetentionRule[]>`
    SELECT * FROM "RetentionRule" WHERE field = ${field.name} FOR SHARE`;
  const [row] = await find();
  if (row) return toRule(row);
  await putDeclaredRulesInForce(tx, { clock }, [field]);
  const [added] = await find();
  return added ? toRule(added) : declaredRuleOf(field);
}

/** Puts the declared rules of fields in force that have none yet. Their files get dates next. */
export async function putDeclaredRulesInForce(
  tx: Tx,
  { clock }: Pick<AppContext, "clock">,
  declared: Iterable<Field> = fields.values(),
): Promise<void> {
  const data = [...declared].flatMap((field) =>
    field.retention
      ? [{ field: field.name, ...declaredRuleOf(field), since: clock.now(), undatedAfter: FIRST_ID }]
      : [],
  );
  await tx.retentionRule.createMany({ data, skipDuplicates: true });
}

/** The rule in force of a field, and the declared one. A former field has no declared rule. */
export type RuleInForce = { field: string; inForce: Rule; declared?: Rule };

/** Lists the rules in force: of declared private fields, then of former ones. Changes nothing. */
export async function listRulesInForce({ db }: Pick<AppContext, "db">): Promise<RuleInForce[]> {
  const rows = await db.retentionRule.findMany({ orderBy: { field: "asc" } });
  const rules = new Map(rows.map((row): [string, Rule] => [row.field, toRule(row)]));
  const declared = [...fields.values()].flatMap((field): RuleInForce[] => {
    if (!field.retention) return [];
    const rule = declaredRuleOf(field);
    return [{ field: field.name, inForce: rules.get(field.name) ?? rule, declared: rule }];
  });
  const former = [...rules].flatMap(([field, inForce]) =>
    fields.get(field)?.retention ? [] : [{ field, inForce }],
  );
  return [...declared, ...former];
}

/** Reads a rule from its row. */
export function toRule({ from, for: lasts, undecidedFor, issueFact }: RetentionRule): Rule {
  return { ...retentionSchema.parse({ from, for: lasts }), undecidedFor, issueFact };
}
