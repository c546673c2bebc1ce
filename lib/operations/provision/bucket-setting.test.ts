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
const answer = (name: string, httpStatusCode: number) =>
  Object.assign(new Error("UnknownError"), { name, $metadata: { httpStatusCode } });

/** What comes of writing a setting that the bucket, or the bucket of the trial before it, answers so. */
async function written(answers: { real?: Error; trial?: Error }) {
  const write = async (_: unknown, name: string) => {
    const refusal = name === bucket.name ? answers.real : answers.trial;
    if (refusal) throw refusal;
  };
  const declared = {
    name: "a setting",
    isRequired: () => false,
    read: async () => null,
    write,
    scratchTest: {},
  };
  const set = defineSetting<string>({ ...declared, desired: () => ({ value: "on" }) });
  const trial = (
    attempt: (connection: { sdk: typeof sdk; client: sdk.S3Client }, name: string) => Promise<void>,
  ) => attempt({ sdk, client }, "papers-trial");
  return set({ sdk, client }, bucket, { exists: true, trial });
}

describe("a store that refuses a setting", () => {
  test.each([
    ["NotImplemented", 501],
    ["MethodNotAllowed", 405],
    ["MalformedXML", 400],
  ])("with %s cannot have it", async (name, status) => {
    expect(await written({ real: answer(name, status) })).toMatchObject({
      outcome: "unable",
      note: `The store responded ${status} ${name}.`,
    });
  });

  test.each([
    ["InvalidBucketAclWithObjectOwnership", 400],
    ["InvalidArgument", 400],
    ["AccessDenied", 403],
  ])("with %s could have it, so that it failed", async (name, status) => {
    expect(await written({ real: answer(name, status) })).toMatchObject({ outcome: "failed" });
  });

  test("on a bucket that nothing else was done to cannot have it, whatever it finds wrong", async () => {
    expect(await written({ trial: answer("InvalidArgument", 400) })).toMatchObject({ outcome: "unable" });
    expect(await written({ trial: answer("AccessDenied", 403) })).toMatchObject({ outcome: "failed" });
  });
});
