import type { PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/server";
import { secondsFromNow } from "../app-context";
import { isUniqueViolation } from "../db/conflict";
import { lockUser } from "../db/lock-user";
import { Problem } from "../errors";
import {
  CHALLENGE_SECONDS,
  challengeIn,
  createChallenge,
  readChallenge,
  relyingPartyOf,
  spendChallenge,
} from "./passkey-challenge";
import type { AccountContext } from "./second-factors";
import type { Assertion } from "./sign-in-schemas";

type PasskeyContext = Pick<AccountContext, "db" | "clock" | "signIn">;

/**
 * Returns the options of `navigator.credentials.get`. They name no passkey: the browser offers
 * those that it has for this site, so a stranger does not learn who has an account.
 */
export function passkeyOptions({
  clock,
  signIn,
}: Pick<PasskeyContext, "clock" | "signIn">): PublicKeyCredentialRequestOptionsJSON {
  const token = createChallenge(signIn, "passkey sign-in", "", secondsFromNow(clock, CHALLENGE_SECONDS));
  return {
    challenge: Buffer.from(token).toString("base64url"),
    rpId: relyingPartyOf(signIn).id,
    timeout: CHALLENGE_SECONDS * 1000,
    userVerification: "required",
    allowCredentials: [],
  };
}

/**
 * Verifies the answer of a passkey, and uses its challenge up. Returns the person and the passkey.
 * Errors: invalid, for each fault alike, so that a stranger learns nothing from it.
 */
export async function verifyPasskey(
  context: PasskeyContext,
  assertion: Assertion,
): Promise<{ userId: string; passkeyId: string }> {
  const { db, clock, signIn } = context;
  const passkey = await db.passkey.findUnique({ where: { credentialId: assertion.id } });
  if (!passkey) throw unknownPasskeyProblem();
  const challenge = readChallengeOf(context, assertion);
  const { id: rpId, origin } = relyingPartyOf(signIn);
  const { verifyAuthenticationResponse } = await import("@simplewebauthn/server");
  const { userHandle, ...response } = assertion.response;
  const result = await verifyAuthenticationResponse({
    response: {
      ...assertion,
      response: { ...response, ...(userHandle ? { userHandle } : {}) },
      clientExtensionResults: {},
    },
    expectedChallenge: (given) => readChallenge(signIn, "passkey sign-in", given, clock.now()) !== null,
    expectedOrigin: origin,
    expectedRPID: rpId,
    credential: {
      id: passkey.credentialId,
      publicKey: new Uint8Array(passkey.publicKey),
      counter: Number(passkey.counter),
    },
    // A finger, a face or a PIN. Without it the passkey would be one factor only.
    requireUserVerification: true,
  }).catch((cause: unknown) => {
    throw unknownPasskeyProblem(cause);
  });
  if (!result.verified) throw unknownPasskeyProblem();
  const counter = BigInt(result.authenticationInfo.newCounter);
  try {
    await db.$transaction(async (tx) => {
      await lockUser(tx, passkey.userId);
      await spendChallenge(tx, challenge, passkey.userId, secondsFromNow(clock, CHALLENGE_SECONDS));
      const { count } = await tx.passkey.updateMany({
        where: { id: passkey.id, counter: passkey.counter },
        data: { counter, lastUsedAt: clock.now() },
      });
      if (count === 0) throw unknownPasskeyProblem();
    });
  } catch (error) {
    throw isUniqueViolation(error) ? unknownPasskeyProblem(error) : error;
  }
  return { userId: passkey.userId, passkeyId: passkey.id };
}

function readChallengeOf({ signIn, clock }: PasskeyContext, { response }: Assertion) {
  const challenge = challengeIn(response.clientDataJSON);
  const read = readChallenge(signIn, "passkey sign-in", challenge, clock.now());
  if (!read) throw unknownPasskeyProblem();
  return read;
}

export function unknownPasskeyProblem(cause?: unknown): Problem {
  return new Problem(
    "invalid",
    "This passkey does not work here. It may have been removed. Sign in with your password instead.",
    { cause },
  );
}
