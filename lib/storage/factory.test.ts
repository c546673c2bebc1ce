import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { systemClock } from "../clock";
import { parseEnv } from "../config/env";
import { storageByName, storageSettingsFromEnv, storagesFromEnv } from "./factory";
import { asLocalStorage } from "./local/local-storage";

const base = {
  DATABASE_URL: "postgresql://localhost/x",
  AUTH_SECRET: "a secret of the test that is long enough",
  APP_URL: "https://dossier.example.org",
  DATA_DIR: "/nowhere/data",
};
const s3 = {
  ...base,
  STORAGE: "s3",
  STORAGE_PUBLIC_BUCKET: "pictures",
  STORAGE_PRIVATE_BUCKET: "papers",
  S3_ENDPOINT: "http://store.internal:9000",
  S3_FORCE_PATH_STYLE: "true",
  S3_ACCESS_KEY_ID: "id",
  S3_SECRET_ACCESS_KEY: "secret",
};
const put = { type: "image/webp", size: 1, sha256: "x", expiresIn: 60 };
const storagesOf = (variables: Record<string, string>) => storagesFromEnv(parseEnv(variables), systemClock);

describe("the storage factory", () => {
  test("creates local storage by default and touches no file", async () => {
    const storages = storagesOf(base);
    expect([storages.public.class, storages.private.class]).toEqual(["public", "private"]);
    expect(asLocalStorage(storages.private)).not.toBeNull();
    expect(storages.public.publicUrl("a/b.webp")).toBe(
      "https://dossier.example.org/api/storage/public/a/b.webp",
    );
    const { url } = await storages.private.signPut("a/b", put);
    expect(url).toMatch(/^https:\/\/dossier\.example\.org\/api\/storage\/private\/a\/b\?/);
    await expect(access(base.DATA_DIR)).rejects.toThrow("ENOENT");
  });

  test("gives each storage class its own bucket", async () => {
    const storages = storagesOf(s3);
    expect(asLocalStorage(storages.private)).toBeNull();
    const requests = await Promise.all([
      storages.public.signPut("k", put),
      storages.private.signPut("k", put),
    ]);
    expect(requests.map(({ url }) => url.replace(/\?.*/, ""))).toEqual([
      "http://store.internal:9000/pictures/k",
      "http://store.internal:9000/papers/k",
    ]);
  });

  test("creates storages that sign for the endpoint of browsers", async () => {
    const { private: storage } = storagesOf({ ...s3, S3_BROWSER_ENDPOINT: "https://files.example.org" });
    const { url } = await storage.signPut("k", put);
    expect(url).toMatch(/^https:\/\/files\.example\.org\/papers\/k\?/);
  });

  test("uses MEDIA_URL for public URLs", () => {
    const mediaUrl = "https://media.example.org";
    for (const variables of [base, s3])
      expect(storagesOf({ ...variables, MEDIA_URL: mediaUrl }).public.publicUrl("k.webp")).toBe(
        `${mediaUrl}/k.webp`,
      );
    expect(storagesOf(s3).public.publicUrl("k.webp")).toBe("http://store.internal:9000/pictures/k.webp");
  });

  test("a CDN with a purge hook caches public objects for a year", () => {
    const purged = { ...base, MEDIA_PURGE_URL: "https://cdn.example.org/purge" };
    const cacheControlOf = (variables: Record<string, string>) =>
      Object.values(storagesOf(variables)).map((storage) => asLocalStorage(storage)?.cacheControl);
    expect(cacheControlOf(base)).toEqual(["public, max-age=60", "private, no-store"]);
    expect(cacheControlOf(purged)).toEqual(["public, max-age=60, s-maxage=31536000", "private, no-store"]);
  });

  test("lists the storage classes in the error for an unknown one", () => {
    const storages = storagesOf(base);
    expect(storageByName(storages, "private")).toBe(storages.private);
    for (const name of ["static", "toString", "__proto__", ""])
      expect(() => storageByName(storages, name)).toThrow(/classes are: public, private/);
  });

  test("chooses configured keys, then Vercel's role, then the SDK's own chain", () => {
    const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey, ...withoutKeys } = s3;
    const withRole = { ...withoutKeys, AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/dossier" };
    const credentialsOf = (variables: Record<string, string>) => {
      const settings = storageSettingsFromEnv(parseEnv(variables));
      return settings.driver === "s3" ? settings.credentials : "local";
    };
    expect(credentialsOf(s3)).toEqual({ accessKeyId, secretAccessKey });
    expect(credentialsOf({ ...withRole, VERCEL_OIDC_TOKEN: "t" })).toBeTypeOf("function");
    expect(credentialsOf({ ...withRole, VERCEL: "1" })).toBeTypeOf("function");
    expect(credentialsOf(withRole)).toBeUndefined();
    expect(credentialsOf(withoutKeys)).toBeUndefined();
  });

  test("and signing do not load the S3 client", async () => {
    const script = `
      import { registerHooks } from "node:module";
      const loaded = [];
      registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
      const { storagesFromEnv } = await import("./lib/storage/factory.ts");
      const { parseEnv } = await import("./lib/config/env.ts");
      const storages = storagesFromEnv(parseEnv(${JSON.stringify(s3)}), { now: () => new Date() });
      const count = (name) => loaded.filter((url) => url.includes(name)).length;
      const atStart = count("aws-sdk");
      const { url } = await storages.private.signPut("k", ${JSON.stringify(put)});
      const signed = url.includes("X-Amz-Signature=");
      const afterSigning = count("client-s3");
      await storages.private.stat("k").catch(() => undefined);
      console.log(JSON.stringify({ signed, atStart, afterSigning, afterCall: count("client-s3") > 0 }));`;
    const root = join(import.meta.dirname, "../..");
    const run = promisify(execFile)(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "-e", script],
      { cwd: root },
    );
    expect(JSON.parse((await run).stdout)).toEqual({
      signed: true,
      atStart: 0,
      afterSigning: 0,
      afterCall: true,
    });
  });
});
