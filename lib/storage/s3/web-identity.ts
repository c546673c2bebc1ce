import type { Credentials } from "./credentials";

export type AssumeRoleInput = {
  /** ARN of the role. */
  roleArn: string;
  region: string;
  /** Returns the current token; it changes while the process runs. */
  token: () => string;
  /** URL of the token service. Default: AWS STS in the region. */
  endpoint?: string | undefined;
};

const TIMEOUT_MS = 4000;
/** Seconds that every role permits; the service may grant less. */
const SESSION_SECONDS = 3600;

/**
 * Returns a function that assumes a role with a web identity token. It does not load the AWS SDK,
 * because upload tickets wait for it. It sends a request at each call; use `cacheCredentials`.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export function assumeRole({
  roleArn,
  region,
  token,
  endpoint,
}: AssumeRoleInput): () => Promise<Credentials> {
  const china = region.startsWith("cn-") ? ".cn" : "";
  const url = endpoint ?? `https://sts.${region}.amazonaws.com${china}/`;
  return async () => {
    const response = await fetch(url, {
      method: "POST",
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      body: new URLSearchParams({
        Action: "AssumeRoleWithWebIdentity",
        Version: "2011-06-15",
        RoleArn: roleArn,
        RoleSessionName: "dossier",
        WebIdentityToken: token(),
        DurationSeconds: String(SESSION_SECONDS),
      }),
    });
    const text = await response.text();
    if (!response.ok) {
      const reason = [xmlElementText(text, "Code"), xmlElementText(text, "Message")]
        .filter(Boolean)
        .join(": ");
      throw new Error(`The role was not granted (${response.status}): ${reason || "no reason"}`);
    }
    const [accessKeyId, secretAccessKey, sessionToken, end = ""] = [
      "AccessKeyId",
      "SecretAccessKey",
      "SessionToken",
      "Expiration",
    ].map((name) => xmlElementText(text, name));
    const expiration = new Date(end);
    // Credentials without an expiration would be cached forever.
    if (!accessKeyId || !secretAccessKey || !sessionToken || Number.isNaN(expiration.getTime()))
      throw new Error("The response has no temporary credentials.");
    return { accessKeyId, secretAccessKey, sessionToken, expiration };
  };
}

/** Returns the text of the first such element, which has no child elements or escapes. */
function xmlElementText(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(xml)?.[1];
}
