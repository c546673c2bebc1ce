/** The parts of the options that our server sends, as WebAuthn's JSON has them. */
type CreationOptions = {
  challenge: string;
  user: { id: string; name: string; displayName: string };
  excludeCredentials?: readonly { id: string; transports?: string[] }[];
};

type RequestOptions = { challenge: string; rpId: string; timeout: number };

/** A passkey could not be used. `wasCancelled`: the person closed the dialog of the browser. */
export class PasskeyError extends Error {
  readonly wasCancelled: boolean;

  constructor(cause: unknown) {
    super("The browser has used no passkey.", { cause });
    this.wasCancelled = cause instanceof DOMException && /^(NotAllowed|Abort)Error$/.test(cause.name);
  }
}

export function hasPasskeys(): boolean {
  return typeof window.PublicKeyCredential === "function";
}

/** Tells whether the browser offers passkeys in the suggestions of an input. */
export async function suggestsPasskeys(): Promise<boolean> {
  if (!hasPasskeys()) return false;
  return (await PublicKeyCredential.isConditionalMediationAvailable?.()) ?? false;
}

/** Creates a passkey on this device, and returns it as the server expects it. */
export async function createPasskey(options: CreationOptions) {
  const created = await run(() =>
    navigator.credentials.create({
      publicKey: {
        ...(options as unknown as PublicKeyCredentialCreationOptions),
        challenge: toBytes(options.challenge),
        user: { ...options.user, id: toBytes(options.user.id) },
        excludeCredentials: (options.excludeCredentials ?? []).map(({ id }) => ({
          id: toBytes(id),
          type: "public-key",
        })),
      },
    }),
  );
  const response = created.response as AuthenticatorAttestationResponse;
  return {
    ...identityOf(created),
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      attestationObject: toText(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
}

/**
 * Asks for a passkey of this site. `mediation: "conditional"` waits until the person chooses one
 * from the suggestions of an input, and shows no dialog.
 */
export async function getPasskey(
  { challenge, rpId, timeout }: RequestOptions,
  { mediation, signal }: { mediation?: "conditional"; signal?: AbortSignal } = {},
) {
  const found = await run(() =>
    navigator.credentials.get({
      ...(mediation ? { mediation } : {}),
      ...(signal ? { signal } : {}),
      publicKey: { challenge: toBytes(challenge), rpId, timeout, userVerification: "required" },
    }),
  );
  const response = found.response as AuthenticatorAssertionResponse;
  return {
    ...identityOf(found),
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      ...(response.userHandle ? { userHandle: toText(response.userHandle) } : {}),
    },
  };
}

async function run(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const credential = await ask();
    if (credential) return credential as PublicKeyCredential;
  } catch (cause) {
    throw new PasskeyError(cause);
  }
  throw new PasskeyError(null);
}

function identityOf({ rawId }: PublicKeyCredential) {
  const id = toText(rawId);
  return { id, rawId: id, type: "public-key" as const };
}

function toBytes(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function toText(bytes: ArrayBuffer): string {
  const binary = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
