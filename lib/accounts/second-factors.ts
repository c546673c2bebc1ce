import type { AppContext } from "../app-context";
import { appendToTrail } from "../audit/trail";
import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import type { Role } from "../db/generated/enums";
import { lockUser } from "../db/lock-user";
import { Problem } from "../errors";
import { newId } from "../id";
import { enqueueMails } from "../mail/outbox";
import { lacksSecondFactor } from "../permissions/second-factor";
import type { Viewer } from "../permissions/viewer";
import type { SignInSettings } from "./sign-in-settings";

export type AccountContext = Pick<AppContext, "db" | "clock" | "trailKey"> & { signIn: SignInSettings };

/** The viewer, and the token of the session that the request has. */
export type OwnSession = { viewer: Viewer; token: string };

export type PasskeyView = { id: string; name: string; createdAt: string; lastUsedAt: string | null };

export type SecondFactors = {
  /** The authenticator app, once a code of it was accepted. */
  app: { since: string } | null;
  passkeys: PasskeyView[];
  /** Backup codes that are not used yet. */
  backupCodes: number;
};

export async function findSecondFactors(
  { db }: Pick<AppContext, "db">,
  viewer: Pick<Viewer, "id">,
): Promise<SecondFactors> {
  const where = { userId: viewer.id };
  const [app, passkeys, backupCodes] = await Promise.all([
    db.authenticator.findUnique({ where, select: { confirmedAt: true } }),
    db.passkey.findMany({
      where,
      orderBy: [{ createdAt: "asc" }, { id: "asc" }],
      select: { id: true, name: true, createdAt: true, lastUsedAt: true },
    }),
    db.backupCode.count({ where }),
  ]);
  return {
    app: app?.confirmedAt ? { since: app.confirmedAt.toISOString() } : null,
    passkeys: passkeys.map(({ createdAt, lastUsedAt, ...passkey }) => ({
      ...passkey,
      createdAt: createdAt.toISOString(),
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
    })),
    backupCodes,
  };
}

type Change = { change: "added" | "removed"; kind: "passkey" | "app" };

/**
 * Adds or removes a second factor with `work`, in one transaction with the flag of the person, the
 * entry of the audit trail and a mail. The session of the request stays: it has just proved more
 * than a password. Other sessions by password alone end with the first second factor. Errors:
 * conflict, if the role of the person needs the last one.
 */
export async function changeSecondFactors<T>(
  context: AccountContext,
  { viewer, token }: OwnSession,
  { change, kind }: Change,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const { db, clock, signIn } = context;
  return retryTransaction(() =>
    db.$transaction(async (tx) => {
      await lockUser(tx, viewer.id);
      const result = await work(tx);
      const where = { userId: viewer.id };
      const { role, hasSecondFactor } = await updateSecondFactorFlag(tx, viewer.id);
      if (change === "removed" && lacksSecondFactor({ role, hasSecondFactor }, signIn.secondFactorRoles))
        throw new Problem(
          "conflict",
          "This is your last second factor, and your role needs one. Add another one first.",
        );
      if (change === "added") {
        const signedInWith = kind === "app" ? "code" : "passkey";
        await tx.session.updateMany({
          where: { ...where, token, signedInWith: "password" },
          data: { signedInWith },
        });
        await tx.session.deleteMany({ where: { ...where, signedInWith: "password" } });
      }
      const key = `second-factor/${newId()}`;
      await enqueueMails(tx, { clock }, [
        { template: "second-factor", recipientId: viewer.id, key, detail: { change, kind } },
      ]);
      const event = `second_factor.${change}`;
      await appendToTrail(tx, context, [{ event, byId: viewer.id, subjectId: viewer.id, detail: { kind } }]);
      return result;
    }),
  );
}

/** Sets whether a person has a second factor, after a change. Backup codes alone are none. */
export async function updateSecondFactorFlag(
  tx: Tx,
  userId: string,
): Promise<{ role: Role; hasSecondFactor: boolean }> {
  const passkeys = await tx.passkey.count({ where: { userId } });
  const apps = await tx.authenticator.count({ where: { userId, confirmedAt: { not: null } } });
  const hasSecondFactor = passkeys + apps > 0;
  if (!hasSecondFactor) await tx.backupCode.deleteMany({ where: { userId } });
  return tx.user.update({
    where: { id: userId },
    data: { hasSecondFactor },
    select: { role: true, hasSecondFactor: true },
  });
}

/** Removes every second factor of a person, where another proof replaces them. */
export async function removeSecondFactors(tx: Tx, userId: string): Promise<void> {
  await tx.passkey.deleteMany({ where: { userId } });
  await tx.authenticator.deleteMany({ where: { userId } });
  await updateSecondFactorFlag(tx, userId);
}
