import { expect, test } from "vitest";
import { readJson } from "./json-body";

const request = (body: BodyInit | null, headers: Record<string, string> = {}) =>
  new Request("http://localhost/", { method: "POST", body, headers, ...{ duplex: "half" } });
const json = { "content-type": "application/json" };
const LIMIT = 64 * 1024;
const ofLength = (length: number) => JSON.stringify("x".repeat(length - 2));

/** A body without a declared length. */
function streamed(text: string): ReadableStream<Uint8Array> {
  return new Blob([text]).stream();
}

test("reads JSON with and without a charset", async () => {
  await expect(readJson(request('{"a":1}', json))).resolves.toEqual({ a: 1 });
  const charset = { "content-type": "application/json; charset=utf-8" };
  await expect(readJson(request('{"ä":"é"}', charset))).resolves.toEqual({ ä: "é" });
});

test("reads a request without a body as an empty object", async () => {
  await expect(readJson(request(null))).resolves.toEqual({});
});

test.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "multipart/form-data"])(
  "rejects a body of type %s, which other sites could send",
  async (type) => {
    const reading = readJson(request("{}", { "content-type": type }));
    await expect(reading).rejects.toMatchObject({ code: "unsupported_media_type" });
  },
);

test("rejects a body without a content type", async () => {
  await expect(readJson(request(streamed("{}")))).rejects.toMatchObject({ code: "unsupported_media_type" });
});

test("rejects a body that is not JSON", async () => {
  await expect(readJson(request('{"a":', json))).rejects.toMatchObject({ code: "bad_json" });
  await expect(readJson(request("", json))).rejects.toMatchObject({ code: "bad_json" });
});

test("rejects bytes that are not UTF-8", async () => {
  const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]);
  await expect(readJson(request(bytes, json))).rejects.toMatchObject({ code: "bad_json" });
});

test("rejects a declared length over 64 KB without reading the body", async () => {
  const declaring = (length: number) => ({ ...json, "content-length": String(length) });
  await expect(readJson(request(ofLength(LIMIT), declaring(LIMIT)))).resolves.toHaveLength(LIMIT - 2);
  const large = request(ofLength(LIMIT + 1), declaring(LIMIT + 1));
  await expect(readJson(large)).rejects.toMatchObject({ code: "too_large" });
  expect(large.bodyUsed).toBe(false);
});

test("stops reading an endless body after 64 KB", async () => {
  await expect(readJson(request(streamed(ofLength(LIMIT)), json))).resolves.toHaveLength(LIMIT - 2);
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(16 * 1024).fill(0x20)),
  });
  await expect(readJson(request(endless, json))).rejects.toMatchObject({ code: "too_large" });
});
