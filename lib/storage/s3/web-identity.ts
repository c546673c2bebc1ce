import type { Credentials } from "./sigv4";

export type Role = {
  /** ARN. */
  role: string;
  region: string;
  /** The token of the moment: it changes while the process lives. */
  token: () => string;
  /** Where roles are given out; AWS's own place in the region where undefined. */
  endpoint?: string | undefined;
};

const PATIENCE = 4000;
/** Seconds that every role allows; it may be less. */
const LIFE = 3600;

/**
 * Takes a role with a token of whoever vouches for this process, as AWS's SDK would, and loads nothing for it: it stands in the way of upload
 * tickets. The returned function asks at every call; keep what it gives (`keepFresh`).
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export function takeRole({ role, region, token, endpoint }: Role): () => Promise<Credentials> {
  const china = region.startsWith("cn-") ? ".cn" : "";
  const address = endpoint ?? `https://sts.${region}.amazonaws.com${china}/`;
  return async () => {
    const answer = await fetch(address, {
      method: "POST",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
      body: new URLSearchParams({
        Action: "AssumeRoleWithWebIdentity",
        Version: "2011-06-15",
        RoleArn: role,
        RoleSessionName: "dossier",
        WebIdentityToken: token(),
        DurationSeconds: String(LIFE),
      }),
    });
    const text = await answer.text();
    if (!answer.ok) {
      const said = [element(text, "Code"), element(text, "Message")].filter(Boolean).join(": ");
      throw new Error(`The role was not given (${answer.status}): ${said || "no reason"}`);
    }
    const [accessKeyId, secretAccessKey, sessionToken, end = ""] = [
      "AccessKeyId",
      "SecretAccessKey",
      "SessionToken",
      "Expiration",
    ].map((name) => element(text, name));
    const expiration = new Date(end);
    // Keys without an end would be kept, and sign, for ever.
    if (!accessKeyId || !secretAccessKey || !sessionToken || Number.isNaN(expiration.getTime()))
      throw new Error("The answer holds no temporary keys.");
    return { accessKeyId, secretAccessKey, sessionToken, expiration };
  };
}

/** The text of the first such element; none of those looked for holds others, or anything escaped. */
function element(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(xml)?.[1];
}
