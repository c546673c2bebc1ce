import { base32 } from "@better-auth/utils/base32";
import { createOTP } from "@better-auth/utils/otp";
import type { Person } from "./person";

const PERIOD_MS = 30_000;

/**
 * Returns the code that an authenticator app shows at a time. Default: that of the next period,
 * which is also right if the period ends meanwhile.
 */
export function codeOf(key: string, time = Date.now() + PERIOD_MS): Promise<string> {
  return createOTP(base32.decode(key)).hotp(Math.floor(time / PERIOD_MS));
}

/**
 * Adds an authenticator app to a person's account, with the code of now. Returns the key and the
 * backup codes.
 */
export async function addApp(person: Person): Promise<{ key: string; backupCodes: string[] }> {
  const { key } = await (await person.post("/api/account/app")).json();
  const code = await codeOf(key, Date.now());
  const response = await person.request("PUT", "/api/account/app", { body: { code } });
  if (response.status !== 200) throw new Error(`The app was not added: ${await response.text()}`);
  return { key, ...(await response.json()) };
}
