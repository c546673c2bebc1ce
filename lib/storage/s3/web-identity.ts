import type { Credentials } from "./sigv4";

export type AssumeRoleInput = {
  /** ARN. */
  roleArn: string;
  region: string;
  /** The token of the moment: it changes while the process lives. */
  token: () => string;
  /** Where roles are given out; AWS's own place in the region where undefined. */
  endpoint?: string | undefined;
};

const TIMEOUT_MS = 4000;
/** Seconds that every role allows; it may be less. */
const SESSION_SECONDS = 3600;

/**
 * Takes a role with a token of whoever vouches for this process, as AWS's SDK would, and loads nothing for it: it stands in the way of upload
 * tickets. The returned function asks at every call; keep what it gives (`keepFresh`).
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export function assumeRole({ roleArn: role, region, token, endpoint }: AssumeRoleInput): () => Promise<Credentials> {
  const china = region.startsWith("cn-") ? ".cn" : "";
  const address = endpoint ?? `https://sts.${region}.amazonaws.com${china}/`;
  return async () => {
    const answer = await fetch(address, {
      method: "POST",
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      body: new URLSearchParams({
        Action: "AssumeRoleWithWebIdentity",
        Version: "2011-06-15",
        RoleArn: role,
        RoleSessionName: "dossier",
        WebIdentityToken: token(),
        DurationSeconds: String(SESSION_SECONDS),
      }),
    });
    const text = await answer.text();
    if (!answer.ok) {
      const said = [xmlElementText(text, "Code"), xmlElementText(text, "Message")].filter(Boolean).join(": ");
      throw new Error(`The role was not given (${answer.status}): ${said || "no reason"}`);
    }
    const [accessKeyId, secretAccessKey, sessionToken, end = ""] = [
      "AccessKeyId",
      "SecretAccessKey",
      "SessionToken",
      "Expiration",
    ].map((name) => xmlElementText(text, name));
    const expiration = new Date(end);
    // Keys without an end would be kept, and sign, for ever.
    if (!accessKeyId || !secretAccessKey || !sessionToken || Number.isNaN(expiration.getTime()))
      throw new Error("The answer holds no temporary keys.");
    return { accessKeyId, secretAccessKey, sessionToken, expiration };
  };
}

/** The text of the first such element; none of those looked for holds others, or anything escaped. */
function xmlElementText(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(xml)?.[1];
}
