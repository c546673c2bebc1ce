import { z } from "zod";
import { singleLineText } from "../text-schemas";

const base64url = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[\w-]*$/);
const credential = { id: base64url(1400), rawId: base64url(1400), type: z.literal("public-key") };

/** What `navigator.credentials.get` returns, as JSON. */
export const assertionSchema = z.strictObject({
  ...credential,
  response: z.strictObject({
    clientDataJSON: base64url(8000),
    authenticatorData: base64url(8000),
    signature: base64url(8000),
    userHandle: base64url(100).optional(),
  }),
});

export type Assertion = z.infer<typeof assertionSchema>;

/** A code of an authenticator app, or a backup code. */
export const codeSchema = z.strictObject({ code: z.string().max(40) });

export const passkeyNameSchema = z.strictObject({ name: singleLineText({ min: 1, max: 60 }) });

/** What `navigator.credentials.create` returns, as JSON, and a name for the passkey. */
export const newPasskeySchema = z.strictObject({
  name: singleLineText({ min: 1, max: 60 }),
  credential: z.strictObject({
    ...credential,
    response: z.strictObject({
      clientDataJSON: base64url(8000),
      attestationObject: base64url(40_000),
      transports: z.array(z.string().max(20)).max(10),
    }),
  }),
});

export type NewPasskey = z.infer<typeof newPasskeySchema>;
