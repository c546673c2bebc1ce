import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { ORIGIN, type Person, sendRequest } from "./person";

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;

type Options = {
  /** Whether the device asks for a finger, a face or a PIN. */
  isVerified?: boolean;
  /** False: the counter stays 0, as that of a synced passkey. */
  counts?: boolean;
  origin?: string;
};

/** A passkey of a device that exists in a test only, as WebAuthn Level 2 defines it. */
export class VirtualPasskey {
  readonly id = randomBytes(16);
  counter = 0;
  readonly #options: Options;
  readonly #key: KeyObject;
  /** As COSE has it. */
  readonly publicKey: Buffer<ArrayBuffer>;

  constructor(options: Options = {}) {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const { x = "", y = "" } = publicKey.export({ format: "jwk" });
    this.#options = options;
    this.#key = privateKey;
    // COSE: an EC2 key for ES256 on P-256.
    this.publicKey = Buffer.concat([
      Buffer.from("a5010203262001215820", "hex"),
      Buffer.from(x, "base64url"),
      Buffer.from("225820", "hex"),
      Buffer.from(y, "base64url"),
    ]);
  }

  /** Answers `navigator.credentials.create`. */
  create({ challenge }: { challenge: string }) {
    const data = Buffer.concat([
      this.#authenticatorData(HAS_CREDENTIAL),
      Buffer.alloc(16),
      Buffer.from([0, this.id.length]),
      this.id,
      this.publicKey,
    ]);
    // CBOR: { fmt: "none", attStmt: {}, authData: data }.
    const attestationObject = Buffer.concat([
      Buffer.from("a363666d74646e6f6e656761747453746d74a068617574684461746159", "hex"),
      Buffer.from([data.length >> 8, data.length & 255]),
      data,
    ]);
    return {
      ...this.#credential(),
      response: {
        clientDataJSON: this.#clientData("webauthn.create", challenge).toString("base64url"),
        attestationObject: attestationObject.toString("base64url"),
        transports: ["internal"],
      },
    };
  }

  /** Answers `navigator.credentials.get`. */
  get({ challenge }: { challenge: string }) {
    if (this.#options.counts ?? true) this.counter += 1;
    const data = this.#authenticatorData(0);
    const clientData = this.#clientData("webauthn.get", challenge);
    const signed = Buffer.concat([data, createHash("sha256").update(clientData).digest()]);
    return {
      ...this.#credential(),
      response: {
        clientDataJSON: clientData.toString("base64url"),
        authenticatorData: data.toString("base64url"),
        signature: sign("sha256", signed, this.#key).toString("base64url"),
      },
    };
  }

  #credential() {
    const id = this.id.toString("base64url");
    return { id, rawId: id, type: "public-key" as const };
  }

  #clientData(type: string, challenge: string): Buffer {
    const { origin = ORIGIN } = this.#options;
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }

  #authenticatorData(flags: number): Buffer {
    const { isVerified = true } = this.#options;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    return Buffer.concat([
      createHash("sha256").update(new URL(ORIGIN).hostname).digest(),
      Buffer.from([flags | USER_PRESENT | (isVerified ? USER_VERIFIED : 0)]),
      counter,
    ]);
  }
}

/** Adds a passkey to a person's account. */
export async function registerPasskey(
  person: Person,
  passkey = new VirtualPasskey(),
): Promise<{ passkey: VirtualPasskey; response: Response }> {
  const options = await (await person.post("/api/passkeys/options")).json();
  const body = { name: "Key of a test", credential: passkey.create(options) };
  return { passkey, response: await person.post("/api/passkeys", body) };
}

/** Signs in with a passkey. */
export async function signInWithPasskey(passkey: VirtualPasskey): Promise<Response> {
  const headers = { origin: ORIGIN };
  const path = "/api/auth/sign-in/passkey";
  const options = await (await sendRequest("POST", `${path}-options`, { body: {}, headers })).json();
  return sendRequest("POST", path, { body: { passkey: passkey.get(options) }, headers });
}
