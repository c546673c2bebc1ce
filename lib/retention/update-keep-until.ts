import type { AppContext } from "../app-context";
import type { Tx } from "../db/client";
import type { Field } from "../fields/field";
import { keepUntilOf } from "./keep-until";
import { lockRuleInForce } from "./rules";

/**
 * Sets `keepUntil` of a file from its other columns, and returns it. Call it in the transaction of
 * each event that starts, moves or undoes a retention, after the event's own changes.
 */
export async function updateKeepUntil(
  tx: Tx,
  context: Pick<AppContext, "clock" | "timeZone">,
  field: Field,
  fileId: string,
): Promise<Date | null> {
  if (!field.retention) return null;
  const rule = await lockRuleInForce(tx, context, field);
  const { owner, ...file } = await tx.file.findUniqueOrThrow({
    where: { id: fileId },
    include: { owner: { select: { leftAt: true } } },
  });
  const keepUntil = keepUntilOf(rule, file, { leftAt: owner.leftAt, timeZone: context.timeZone });
  await tx.file.update({ where: { id: fileId }, data: { keepUntil }, select: { id: true } });
  return keepUntil;
}
