import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";

/** Keys to a store. Temporary ones come with a token and an end. */
export type Credentials = {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
  expiration?: Date | undefined;
};

export type PresignInput = {
  method: "GET" | "PUT";
  /** Address of the object, already encoded, without a query. */
  url: string;
  /** Headers that the request must carry exactly so; names in lower case. `host` is added. */
  headers?: Record<string, string>;
  /** Parameters of the operation, such as `response-content-type`. */
  query?: Record<string, string>;
  region: string;
  credentials: Credentials;
  now: Date;
  /** Seconds, at most a week. */
  expiresIn: number;
};

/**
 * A presigned S3 address: Signature Version 4 in the query, the body unsigned. Equal, to the letter, to what the SDK makes (sigv4.test.ts), and about
 * thirty times as fast, for it stands in the way of every upload ticket.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function presign({
  method,
  url,
  headers,
  query,
  region,
  credentials,
  now,
  expiresIn,
}: PresignInput): string {
  const { host, pathname, origin } = new URL(url);
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const signed = Object.entries({ ...headers, host }).sort(compareNames);
  const names = signed.map(([name]) => name).join(";");
  const parameters: Record<string, string> = {
    ...query,
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD",
    "X-Amz-Credential": `${credentials.accessKeyId}/${scope}`,
    "X-Amz-Date": time,
    "X-Amz-Expires": String(expiresIn),
    "X-Amz-SignedHeaders": names,
  };
  if (credentials.sessionToken) parameters["X-Amz-Security-Token"] = credentials.sessionToken;
  const unsigned = queryString(parameters);
  const canonical = [
    method,
    pathname,
    unsigned,
    ...signed.map(([name, value]) => `${name}:${value.trim().replace(/\s+/g, " ")}`),
    "",
    names,
    "UNSIGNED-PAYLOAD",
  ].join("\n");
  const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash("sha256", canonical)}`;
  const key = deriveSigningKey(credentials.secretAccessKey, time.slice(0, 8), region);
  const signature = createHmac("sha256", key).update(text).digest("hex");
  // Where the alphabet has it, as the SDK does.
  const complete = unsigned.replace("&X-Amz-SignedHeaders=", `&X-Amz-Signature=${signature}$&`);
  return `${origin}${pathname}?${complete}`;
}

/** What RFC 3986 leaves alone, and nothing else: `encodeURIComponent` leaves five characters too many. */
function encodeRfc3986(text: string): string {
  if (/^[A-Za-z0-9_.~-]*$/.test(text)) return text;
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The names are those of AWS and need no encoding. */
function queryString(parameters: Record<string, string>): string {
  return Object.entries(parameters)
    .sort(compareNames)
    .map(([name, value]) => `${name}=${encodeRfc3986(value)}`)
    .join("&");
}

function compareNames([one]: [string, string], [other]: [string, string]): number {
  return one < other ? -1 : 1;
}

let cachedSigningKey: { id: string; key: KeyObject } | undefined;

/** The key of a day, a region and a secret: four HMACs that are the same until midnight. As a KeyObject an HMAC costs a sixth. */
function deriveSigningKey(secret: string, day: string, region: string): KeyObject {
  const id = `${secret}/${day}/${region}`;
  if (cachedSigningKey?.id !== id) {
    const key = [day, region, "s3", "aws4_request"].reduce<string | Buffer>(
      (above, part) => createHmac("sha256", above).update(part).digest(),
      `AWS4${secret}`,
    );
    cachedSigningKey = { id, key: createSecretKey(Buffer.from(key)) };
  }
  return cachedSigningKey.key;
}
