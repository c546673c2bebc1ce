import { verifyPassword } from "@better-auth/utils/password";
import { type AppContext, secondsFromNow } from "../app-context";
import { lockUser } from "../db/lock-user";
import { Problem } from "../errors";
import { throttlesForCode } from "./auth-endpoints";
import { spendCodeOfApp, wrongCodeProblem } from "./authenticator-app";
import { spendBackupCode } from "./backup-codes";
import type { AccountContext } from "./second-factors";
import { isSame, macFor, readSigned, signUntil } from "./signed-token";
import { countAttempt, refundSuccess } from "./throttle";

/** How long a person has for the second step. Seconds. */
export const SECOND_STEP_SECONDS = 300;

export type SecondStepMethod = "app" | "backup" | "passkey";

export type PasswordCheck =
  | { isRight: false }
  | { isRight: true; token: string; methods: SecondStepMethod[] };

type StepContext = Pick<AccountContext, "db" | "clock" | "signIn"> & Pick<AppContext, "verifiesAddresses">;

/**
 * Checks the password of a person who has a second factor, instead of Better Auth: no session
 * exists before the second step. Returns null for everybody else, known or not.
 */
export async function checkFirstFactor(
  { db, clock, signIn, verifiesAddresses }: StepContext,
  { email, password }: { email: string; password: string },
): Promise<PasswordCheck | null> {
  const person = await db.user.findUnique({
    where: {
      email: email.toLowerCase(),
      hasSecondFactor: true,
      // Better Auth asks everybody else to confirm the address first.
      ...(verifiesAddresses ? { emailVerified: true } : {}),
    },
    select: {
      id: true,
      authenticator: { select: { confirmedAt: true } },
      accounts: { where: { providerId: "credential" }, select: { password: true } },
      _count: { select: { passkeys: true, backupCodes: true } },
    },
  });
  const hash = person?.accounts[0]?.password;
  if (!person || !hash) return null;
  if (!(await verifyPassword(hash, password))) return { isRight: false };
  const data = `${person.id}.${macFor(signIn.secret, "password", hash)}`;
  const until = secondsFromNow(clock, SECOND_STEP_SECONDS);
  return {
    isRight: true,
    token: signUntil(signIn.secret, "second step", data, until),
    methods: [
      ...(person.authenticator?.confirmedAt ? (["app"] as const) : []),
      ...(person._count.passkeys > 0 ? (["passkey"] as const) : []),
      ...(person._count.backupCodes > 0 ? (["backup"] as const) : []),
    ],
  };
}

/**
 * Finishes a sign-in with a code of the app or a backup code, and uses the code up. Returns the
 * person. Errors: unauthenticated (the first step is too long ago, or the password has changed
 * since), invalid (a wrong or used code), rate_limited.
 */
export async function finishSecondStep(
  context: StepContext,
  token: string | null,
  code: string,
  address: string | null,
): Promise<string> {
  const { db, clock, signIn } = context;
  const data = token === null ? null : readSigned(signIn.secret, "second step", token, clock.now());
  const [userId = "", fingerprint = ""] = data?.split(".") ?? [];
  if (data === null) throw startAgainProblem();
  const throttles = throttlesForCode(userId, address);
  await countAttempt({ db, clock }, throttles);
  await db.$transaction(async (tx) => {
    await lockUser(tx, userId);
    const account = await tx.account.findFirst({
      where: { userId, providerId: "credential", user: { hasSecondFactor: true } },
      select: { password: true },
    });
    const hash = account?.password;
    if (!hash || !isSame(macFor(signIn.secret, "password", hash), fingerprint)) throw startAgainProblem();
    const isRight = /^\s*(\d\s*){6}$/.test(code)
      ? await spendCodeOfApp(tx, context, userId, code)
      : await spendBackupCode(tx, signIn.secret, userId, code);
    if (!isRight) throw wrongCodeProblem();
  });
  await refundSuccess({ db }, throttles);
  return userId;
}

function startAgainProblem(): Problem {
  return new Problem("unauthenticated", "Your sign-in took too long. Enter your password again.");
}
