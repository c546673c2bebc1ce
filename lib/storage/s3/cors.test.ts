import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestStore } from "../../../tests/stores/buckets";
import { openS3Subject } from "../../../tests/stores/s3-subject";
import { openTestStore } from "../../../tests/stores/test-store";
import { sendRaw } from "../testing/contract/raw-http";

const store = await openTestStore();
const origin = "http://localhost:3000";

if ("skipped" in store) test("a CORS preflight to an S3 store", ({ skip }) => skip(store.skipped));
else describe("a CORS preflight to an S3 store", () => testPreflight(store));

function testPreflight(store: TestStore): void {
  let subject: Awaited<ReturnType<typeof openS3Subject>>;
  let url: string;
  let headers: string;
  beforeAll(async () => {
    subject = await openS3Subject(store);
    const put = { type: "application/pdf", size: 1, sha256: "x", expiresIn: 60 };
    const signed = await subject.storages.private.signPut("a/b", put);
    url = signed.url;
    headers = Object.keys(signed.headers).sort().join(",");
  });
  afterAll(() => subject.close());

  const sendPreflight = (siteOrigin: string, method: string) =>
    sendRaw({
      method: "OPTIONS",
      url,
      headers: {
        origin: siteOrigin,
        "access-control-request-method": method,
        "access-control-request-headers": headers,
      },
    });

  test("permits a PUT with every header of a ticket", async () => {
    const response = await sendPreflight(origin, "PUT");
    expect(response.status).toBe(200);
    expect(response.headers["access-control-allow-origin"]).toBe(origin);
    expect(response.headers["access-control-allow-headers"]?.toLowerCase().split(/, ?/).sort()).toEqual(
      headers.split(","),
    );
  });

  test("rejects another site and DELETE", async () => {
    for (const response of [
      await sendPreflight("https://evil.example", "PUT"),
      await sendPreflight(origin, "DELETE"),
    ])
      expect(response.headers["access-control-allow-origin"]).toBeUndefined();
  });
}
