import type { Credentials } from "./credentials";

export type PresignInput = {
  method: "GET" | "PUT";
  /** URL of the object, encoded, without a query. */
  url: string;
  /** Headers that the request must carry with exactly these values. Names in lower case. */
  headers?: Record<string, string>;
  /** Query parameters of the operation, such as `response-content-type`. */
  query?: Record<string, string>;
  region: string;
  credentials: Credentials;
  now: Date;
  /** Seconds, at most a week. */
  expiresIn: number;
};

/**
 * Signs a URL for one request with Signature Version 4; every header given is signed.
 * Uses the presigner of the AWS SDK, without the middleware of its client (decision 20).
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export async function presign(input: PresignInput): Promise<string> {
  const { method, region, credentials, headers, query, now, expiresIn } = input;
  const { S3RequestPresigner, Sha256, buildQueryString } = await loadSigner();
  const { protocol, hostname, port, host, pathname, origin } = new URL(input.url);
  const request = {
    method,
    protocol,
    hostname,
    ...(port === "" ? {} : { port: Number(port) }),
    path: pathname,
    query: { ...query },
    headers: { ...headers, host },
  };
  // Without these sets the SDK signs no content-type and moves x-amz-* headers into the query,
  // where no store enforces them.
  const names = new Set(Object.keys(request.headers));
  const signed = await new S3RequestPresigner({ region, credentials, sha256: Sha256 }).presign(request, {
    expiresIn,
    signingDate: now,
    signableHeaders: names,
    unhoistableHeaders: new Set(names),
  });
  return `${origin}${pathname}?${buildQueryString(signed.query ?? {})}`;
}

let signer: ReturnType<typeof importSigner> | undefined;

/** Loads the presigner with the first signature: pages that sign nothing start without it. */
function loadSigner(): ReturnType<typeof importSigner> {
  signer ??= importSigner();
  return signer;
}

async function importSigner() {
  const [{ S3RequestPresigner }, { Sha256 }, { buildQueryString }] = await Promise.all([
    import("@aws-sdk/s3-request-presigner"),
    import("@smithy/core/checksum"),
    import("@smithy/core/protocols"),
  ]);
  return { S3RequestPresigner, Sha256, buildQueryString };
}
