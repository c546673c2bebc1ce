import type { Tx } from "../db/client";
import { Problem } from "../errors";
import { replaceBackupCodes } from "./backup-codes";
import { type AccountContext, changeSecondFactors, type OwnSession } from "./second-factors";
import { createTotpKey, decryptTotpKey, describeTotpKey, encryptTotpKey, findStepOfCode } from "./totp";

/**
 * Creates a key for an authenticator app. It counts only after `confirmApp`; until then a repeat
 * replaces it. Errors: conflict, if the person has an app.
 */
export async function beginApp(
  { db, clock, signIn }: AccountContext,
  { viewer }: OwnSession,
): Promise<{ key: string; uri: string }> {
  const key = createTotpKey();
  const secret = encryptTotpKey(signIn.secret, viewer.id, key);
  await db.authenticator.createMany({
    data: [{ userId: viewer.id, secret, createdAt: clock.now() }],
    skipDuplicates: true,
  });
  const { count } = await db.authenticator.updateMany({
    where: { userId: viewer.id, confirmedAt: null },
    data: { secret, lastStep: null, createdAt: clock.now() },
  });
  if (count === 0)
    throw new Problem(
      "conflict",
      "You already have an authenticator app. Remove it first to use another one.",
    );
  return describeTotpKey(key, viewer.email);
}

/**
 * Makes the app count, with a code of it. Returns new backup codes, unless the person has some.
 * Errors: invalid (a wrong code), conflict (no app waits for a code).
 */
export async function confirmApp(
  context: AccountContext,
  session: OwnSession,
  code: string,
): Promise<{ backupCodes: string[] }> {
  const userId = session.viewer.id;
  return changeSecondFactors(context, session, { change: "added", kind: "app" }, async (tx) => {
    const app = await tx.authenticator.findUnique({ where: { userId } });
    if (!app || app.confirmedAt)
      throw new Problem("conflict", "There is no new authenticator app. Reload the page and start again.");
    if (!(await spendCodeOfApp(tx, context, userId, code))) throw wrongCodeProblem();
    await tx.authenticator.update({ where: { userId }, data: { confirmedAt: context.clock.now() } });
    const hasCodes = (await tx.backupCode.count({ where: { userId } })) > 0;
    return { backupCodes: hasCodes ? [] : await replaceBackupCodes(tx, context.signIn.secret, userId) };
  });
}

/** Errors: conflict, without an app, and if the role of the person needs it. */
export function removeApp(context: AccountContext, session: OwnSession): Promise<void> {
  return changeSecondFactors(context, session, { change: "removed", kind: "app" }, async (tx) => {
    const { count } = await tx.authenticator.deleteMany({
      where: { userId: session.viewer.id, confirmedAt: { not: null } },
    });
    if (count === 0) throw new Problem("conflict", "You have no authenticator app.");
  });
}

/**
 * Uses a code up: neither it nor a code of an earlier period is accepted again. False for a wrong
 * or used code. The caller has locked the person.
 */
export async function spendCodeOfApp(
  tx: Tx,
  { clock, signIn }: Pick<AccountContext, "clock" | "signIn">,
  userId: string,
  code: string,
): Promise<boolean> {
  const app = await tx.authenticator.findUnique({ where: { userId } });
  if (!app) return false;
  const key = decryptTotpKey(signIn.secret, userId, app.secret);
  const step = await findStepOfCode(key, code.replace(/\s/g, ""), clock.now());
  if (step === null) return false;
  const { count } = await tx.authenticator.updateMany({
    where: { userId, OR: [{ lastStep: null }, { lastStep: { lt: step } }] },
    data: { lastStep: step },
  });
  return count === 1;
}

/** Replaces the backup codes. Errors: conflict, without a second factor. */
export async function renewBackupCodes(
  { db, signIn }: AccountContext,
  { viewer }: OwnSession,
): Promise<{ backupCodes: string[] }> {
  return db.$transaction(async (tx) => {
    const [person] = await tx.$queryRaw<{ hasSecondFactor: boolean }[]>`
      SELECT "hasSecondFactor" FROM "User" WHERE id = ${viewer.id}::uuid FOR NO KEY UPDATE`;
    if (!person?.hasSecondFactor)
      throw new Problem("conflict", "Add a passkey or an authenticator app first.");
    return { backupCodes: await replaceBackupCodes(tx, signIn.secret, viewer.id) };
  });
}

export function wrongCodeProblem(): Problem {
  return new Problem("invalid", "This code is wrong, or it was used before. Wait for the next code.", {
    errors: [{ path: "code", message: "is wrong, or it was used before" }],
  });
}
