import { expect, test } from "vitest";
import { systemClock } from "../../clock";
import { S3Bucket } from "./bucket";

test.each([
  [undefined, "eu-central-1", true],
  [undefined, "cn-north-1", true],
  ["https://s3.eu-central-1.amazonaws.com", "eu-central-1", true],
  ["https://s3.cn-north-1.amazonaws.com.cn", "cn-north-1", true],
  ["https://store.example.org", "us-east-1", false],
  ["https://amazonaws.com.example.org", "us-east-1", false],
])("the store at %s in %s supports conditional copies: %s", (endpoint, region, expected) => {
  for (const forcePathStyle of [true, false]) {
    const bucket = { class: "private", bucket: "papers", region, endpoint, forcePathStyle } as const;
    expect(new S3Bucket({ ...bucket, clock: systemClock }).supportsConditionalCreate).toBe(expected);
  }
});
