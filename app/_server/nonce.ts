import "server-only";
import { headers } from "next/headers";

/** Returns the nonce of this response, which the proxy put into the policy of the request. */
export async function getNonce(): Promise<string | undefined> {
  const policy = (await headers()).get("content-security-policy");
  return /'nonce-([^']+)'/.exec(policy ?? "")?.[1];
}
