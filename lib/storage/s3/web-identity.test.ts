import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type StsServer, startStsServer } from "../../../tests/stores/sts-server";
import { createStorages } from "../factory";
import { readVercelToken } from "./vercel-token";
import { assumeRole } from "./web-identity";

const role = "arn:aws:iam::123456789012:role/dossier";
const start = new Date("2030-01-01T12:00:00Z").getTime();
const put = { type: "image/webp", size: 1, sha256: "x", expiresIn: 3600 };
const context = Symbol.for("@vercel/request-context");

describe("an assumed role", () => {
  let now: number;
  let token: string;
  let server: StsServer;
  const clock = { now: () => new Date(now) };
  beforeEach(async () => {
    [now, token] = [start, "token-1"];
    server = await startStsServer(clock.now, 900);
  });
  afterEach(() => server.close());

  const source = () =>
    assumeRole({ roleArn: role, region: "eu-west-1", endpoint: server.url, token: () => token });
  const storages = () => {
    const buckets = { public: "pictures", private: "papers" };
    const place = { driver: "s3", region: "eu-west-1", forcePathStyle: false } as const;
    return createStorages({ ...place, buckets, credentials: source() }, clock);
  };

  test("is requested by ARN with the current token", async () => {
    await source()();
    expect(Object.fromEntries(server.requests[0] ?? [])).toEqual({
      Action: "AssumeRoleWithWebIdentity",
      Version: "2011-06-15",
      RoleArn: role,
      RoleSessionName: "dossier",
      WebIdentityToken: "token-1",
      DurationSeconds: "3600",
    });
  });

  test("has keys, a session token and an expiration", async () => {
    expect(await source()()).toEqual({
      accessKeyId: "ASIA1",
      secretAccessKey: "secret+of/ASIA1",
      sessionToken: "token+of/ASIA1==",
      expiration: new Date(start + 900_000),
    });
  });

  test("is assumed once for both buckets and again before it expires", async () => {
    const { public: pictures, private: papers } = storages();
    await Promise.all([pictures.signPut("k", put), papers.signPut("k", put), papers.signPut("l", put)]);
    expect(server.requests).toHaveLength(1);
    now += 601_000;
    token = "token-2";
    await papers.signPut("k", put);
    expect(server.requests.map((each) => each.get("WebIdentityToken"))).toEqual(["token-1", "token-2"]);
  });

  test("signs no URL that outlives its credentials", async () => {
    const { private: papers } = storages();
    const part = { multipartId: "m", number: 1, size: 1, sha256: "x", expiresIn: 86_400 };
    const ticket = await papers.signPut("k", put);
    const signedPart = await papers.signPart("k", part);
    for (const { url, expiresAt } of [ticket, signedPart]) {
      expect(new URL(url).searchParams.get("X-Amz-Expires")).toBe("900");
      expect(new URL(url).searchParams.get("X-Amz-Security-Token")).toBe("token+of/ASIA1==");
      expect(expiresAt).toEqual(new Date(start + 900_000));
    }
    now += 870_000;
    server.refuse(503, "");
    const read = { type: "image/webp", disposition: "inline", name: "a", expiresIn: 60 } as const;
    expect(new URL(await papers.signGet("k", read)).searchParams.get("X-Amz-Expires")).toBe("30");
    now += 31_000;
    await expect(papers.signPut("k", put)).rejects.toMatchObject({ code: "unavailable" });
  });

  test.each([
    [
      "rejects the request",
      403,
      "<Error><Code>AccessDenied</Code><Message>Not authorized</Message></Error>",
      "AccessDenied: Not authorized",
    ],
    ["sends a page", 200, "<html>Welcome</html>", "no temporary credentials"],
    [
      "sends keys without an expiration",
      200,
      "<AccessKeyId>a</AccessKeyId><SecretAccessKey>b</SecretAccessKey><SessionToken>c</SessionToken>",
      "no temporary credentials",
    ],
  ])("fails without naming the token if the service %s", async (_, status, body, words) => {
    server.refuse(status, body);
    const refused = source()();
    await expect(refused).rejects.toThrow(words);
    await expect(refused).rejects.not.toThrow("token-1");
  });
});

describe("Vercel's OIDC token", () => {
  afterEach(() => Reflect.deleteProperty(globalThis, context));
  const setRequestHeaders = (headers: Record<string, string>) =>
    Reflect.set(globalThis, context, { get: () => ({ headers }) });

  test("comes from the request, else from the variable", () => {
    expect(readVercelToken("of the build")).toBe("of the build");
    setRequestHeaders({ "x-vercel-oidc-token": "of the request" });
    expect(readVercelToken("of the build")).toBe("of the request");
    setRequestHeaders({});
    expect(readVercelToken("of the build")).toBe("of the build");
  });

  test("is required, with advice if it is missing", () => {
    expect(() => readVercelToken(undefined)).toThrow(/OIDC/);
  });
});
