import type { PublicKeyCredentialCreationOptionsJSON } from "@simplewebauthn/server";
import { secondsFromNow } from "../app-context";
import { isUniqueViolation } from "../db/conflict";
import { notFoundProblem, Problem } from "../errors";
import { isId, newId } from "../id";
import {
  CHALLENGE_SECONDS,
  challengeIn,
  createChallenge,
  readChallenge,
  relyingPartyOf,
  spendChallenge,
} from "./passkey-challenge";
import {
  type AccountContext,
  changeSecondFactors,
  type OwnSession,
  type PasskeyView,
} from "./second-factors";
import type { NewPasskey } from "./sign-in-schemas";

const MAX_PASSKEYS = 20;

/**
 * Returns the options of `navigator.credentials.create` for a new passkey. The device must know its
 * person, by finger, face or PIN: a sign-in with the passkey counts as two factors.
 */
export async function beginPasskey(
  { db, clock, signIn }: AccountContext,
  { viewer }: OwnSession,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const known = await db.passkey.findMany({
    where: { userId: viewer.id },
    select: { credentialId: true, transports: true },
  });
  if (known.length >= MAX_PASSKEYS)
    throw new Problem("conflict", `You have ${MAX_PASSKEYS} passkeys. Remove one that you do not use.`);
  const { generateRegistrationOptions } = await import("@simplewebauthn/server");
  return generateRegistrationOptions({
    rpName: "Dossier",
    rpID: relyingPartyOf(signIn).id,
    userName: viewer.email,
    userDisplayName: viewer.name,
    userID: new Uint8Array(Buffer.from(viewer.id)),
    challenge: createChallenge(signIn, "new passkey", viewer.id, secondsFromNow(clock, CHALLENGE_SECONDS)),
    timeout: CHALLENGE_SECONDS * 1000,
    excludeCredentials: known.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
}

/** Adds a passkey. Errors: invalid (not for this site, or too late), conflict (known already). */
export async function addPasskey(
  context: AccountContext,
  session: OwnSession,
  { name, credential }: NewPasskey,
): Promise<PasskeyView> {
  const { clock } = context;
  const { viewer } = session;
  const challenge = readChallengeOf(context, viewer.id, credential.response.clientDataJSON);
  const verified = await verifyNewCredential(context, credential);
  const row = {
    id: newId(),
    userId: viewer.id,
    name,
    credentialId: verified.id,
    publicKey: new Uint8Array(verified.publicKey),
    counter: BigInt(verified.counter),
    transports: credential.response.transports,
    createdAt: clock.now(),
  };
  await changeSecondFactors(context, session, { change: "added", kind: "passkey" }, async (tx) => {
    await spendChallenge(tx, challenge, viewer.id, secondsFromNow(clock, CHALLENGE_SECONDS));
    if ((await tx.passkey.count({ where: { userId: viewer.id } })) >= MAX_PASSKEYS)
      throw new Problem("conflict", `You have ${MAX_PASSKEYS} passkeys. Remove one that you do not use.`);
    await tx.passkey.create({ data: row });
  }).catch((error: unknown) => {
    if (!isUniqueViolation(error)) throw error;
    throw new Problem("conflict", "This passkey is known already. Use another device or password manager.", {
      cause: error,
    });
  });
  return { id: row.id, name, createdAt: row.createdAt.toISOString(), lastUsedAt: null };
}

/** Errors: not_found. */
export async function renamePasskey(
  { db }: AccountContext,
  { viewer }: OwnSession,
  id: string,
  name: string,
): Promise<void> {
  if (!isId(id)) throw notFoundProblem();
  const { count } = await db.passkey.updateMany({ where: { id, userId: viewer.id }, data: { name } });
  if (count === 0) throw notFoundProblem();
}

/**
 * Removes a passkey. All sessions end that began with it, except the one of the request. A sign-in
 * with it that is under way gets no session. Errors: not_found; conflict, if the role needs it.
 */
export function removePasskey(context: AccountContext, session: OwnSession, id: string): Promise<void> {
  if (!isId(id)) throw notFoundProblem();
  const { viewer, token } = session;
  return changeSecondFactors(context, session, { change: "removed", kind: "passkey" }, async (tx) => {
    await tx.session.updateMany({
      where: { userId: viewer.id, token, passkeyId: id },
      data: { passkeyId: null },
    });
    const { count } = await tx.passkey.deleteMany({ where: { id, userId: viewer.id } });
    if (count === 0) throw notFoundProblem();
  });
}

async function verifyNewCredential(
  context: AccountContext,
  credential: NewPasskey["credential"],
): Promise<{ id: string; publicKey: Uint8Array; counter: number }> {
  const { id: rpId, origin } = relyingPartyOf(context.signIn);
  const { verifyRegistrationResponse } = await import("@simplewebauthn/server");
  const result = await verifyRegistrationResponse({
    response: { ...credential, clientExtensionResults: {} } as Parameters<
      typeof verifyRegistrationResponse
    >[0]["response"],
    expectedChallenge: (challenge) =>
      readChallenge(context.signIn, "new passkey", challenge, context.clock.now()) !== null,
    expectedOrigin: origin,
    expectedRPID: rpId,
    requireUserVerification: true,
  }).catch((cause: unknown) => {
    throw refusedPasskeyProblem(cause);
  });
  if (!result.verified) throw refusedPasskeyProblem();
  return result.registrationInfo.credential;
}

function readChallengeOf({ signIn, clock }: AccountContext, userId: string, clientDataJson: string) {
  const read = readChallenge(signIn, "new passkey", challengeIn(clientDataJson), clock.now());
  if (read?.subject !== userId) throw refusedPasskeyProblem();
  return read;
}

function refusedPasskeyProblem(cause?: unknown): Problem {
  return new Problem(
    "invalid",
    "The passkey was not accepted: it is not for this site, or it took too long. Try again.",
    { cause },
  );
}
