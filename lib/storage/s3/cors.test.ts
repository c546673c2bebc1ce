import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestStore } from "../../../tests/stores/buckets";
import { openS3Subject } from "../../../tests/stores/s3-subject";
import { openTestStore } from "../../../tests/stores/test-store";
import { sendRaw } from "../testing/contract/raw-http";

const store = await openTestStore();
const origin = "http://localhost:3000";

if ("skipped" in store) test("a browser asks an S3 store for leave", ({ skip }) => skip(store.skipped));
else describe("a browser asks an S3 store for leave", () => leave(store));

function leave(store: TestStore): void {
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

  const ask = (from: string, method: string) =>
    sendRaw({
      method: "OPTIONS",
      url,
      headers: {
        origin: from,
        "access-control-request-method": method,
        "access-control-request-headers": headers,
      },
    });

  test("to put with every header of the ticket, and gets it", async () => {
    const answer = await ask(origin, "PUT");
    expect(answer.status).toBe(200);
    expect(answer.headers["access-control-allow-origin"]).toBe(origin);
    expect(answer.headers["access-control-allow-headers"]?.toLowerCase().split(/, ?/).sort()).toEqual(
      headers.split(","),
    );
  });

  test("from another site, or to delete, and does not get it", async () => {
    for (const answer of [await ask("https://evil.example", "PUT"), await ask(origin, "DELETE")])
      expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
  });
}
