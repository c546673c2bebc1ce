import * as sdk from "@aws-sdk/client-s3";
import { afterAll, describe, expect, test } from "vitest";
import { type BucketSpec, defineSetting } from "./bucket-setting";

const client = new sdk.S3Client({ region: "us-east-1" });
afterAll(() => client.destroy());
const bucket: BucketSpec = {
  name: "papers",
  purpose: "private",
  origin: "http://localhost:3000",
  partition: "aws",
  expiryDays: { unfinished: 2, quarantine: 7 },
  isVersioned: false,
};
const storeError = (name: string, httpStatusCode: number) =>
  Object.assign(new Error("UnknownError"), { name, $metadata: { httpStatusCode } });

/** Applies a setting whose write fails on the bucket or on its scratch bucket. */
async function applyWith(errors: { bucket?: Error; scratch?: Error }) {
  const write = async (_: unknown, name: string) => {
    const error = name === bucket.name ? errors.bucket : errors.scratch;
    if (error) throw error;
  };
  const definition = {
    name: "a setting",
    isRequired: () => false,
    read: async () => null,
    write,
    scratchTest: {},
  };
  const setting = defineSetting<string>({ ...definition, desired: () => ({ value: "on" }) });
  const trial = (
    attempt: (connection: { sdk: typeof sdk; client: sdk.S3Client }, name: string) => Promise<void>,
  ) => attempt({ sdk, client }, "papers-trial");
  return setting({ sdk, client }, bucket, { exists: true, trial });
}

describe("a store that rejects a setting", () => {
  test.each([
    ["NotImplemented", 501],
    ["MethodNotAllowed", 405],
    ["MalformedXML", 400],
  ])("with %s does not support it", async (name, status) => {
    expect(await applyWith({ bucket: storeError(name, status) })).toMatchObject({
      outcome: "unable",
      note: `The store responded ${status} ${name}.`,
    });
  });

  test.each([
    ["InvalidBucketAclWithObjectOwnership", 400],
    ["InvalidArgument", 400],
    ["AccessDenied", 403],
  ])("with %s has failed", async (name, status) => {
    expect(await applyWith({ bucket: storeError(name, status) })).toMatchObject({ outcome: "failed" });
  });

  test("with any 400 on a scratch bucket does not support it", async () => {
    expect(await applyWith({ scratch: storeError("InvalidArgument", 400) })).toMatchObject({
      outcome: "unable",
    });
    expect(await applyWith({ scratch: storeError("AccessDenied", 403) })).toMatchObject({
      outcome: "failed",
    });
  });
});
