import { expect, test } from "vitest";
import { readJson } from "./json-body";

const request = (body: BodyInit | null, headers: Record<string, string> = {}) =>
  new Request("http://localhost/", { method: "POST", body, headers, ...{ duplex: "half" } });
const json = { "content-type": "application/json" };
const LIMIT = 64 * 1024;
const ofLength = (length: number) => JSON.stringify("x".repeat(length - 2));

/** As a client sends it that announces no length. */
function streamed(text: string): ReadableStream<Uint8Array> {
  return new Blob([text]).stream();
}

test("JSON is read, with a charset and without", async () => {
  await expect(readJson(request('{"a":1}', json))).resolves.toEqual({ a: 1 });
  const charset = { "content-type": "application/json; charset=utf-8" };
  await expect(readJson(request('{"ä":"é"}', charset))).resolves.toEqual({ ä: "é" });
});

test("no body is an empty object and needs no content type", async () => {
  await expect(readJson(request(null))).resolves.toEqual({});
});

test.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "multipart/form-data"])(
  "a body of type %s is refused, though it is JSON: a form of another site could send it",
  async (type) => {
    const refused = readJson(request("{}", { "content-type": type }));
    await expect(refused).rejects.toMatchObject({ code: "unsupported_media_type" });
  },
);

test("a body without a type is refused", async () => {
  await expect(readJson(request(streamed("{}")))).rejects.toMatchObject({ code: "unsupported_media_type" });
});

test("what is no JSON is refused", async () => {
  await expect(readJson(request('{"a":', json))).rejects.toMatchObject({ code: "bad_json" });
  await expect(readJson(request("", json))).rejects.toMatchObject({ code: "bad_json" });
});

test("bytes that are no UTF-8 are refused, not replaced", async () => {
  const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]);
  await expect(readJson(request(bytes, json))).rejects.toMatchObject({ code: "bad_json" });
});

test("64 KB are read, and a byte more is refused by its announced length before anything is read", async () => {
  const announced = (length: number) => ({ ...json, "content-length": String(length) });
  await expect(readJson(request(ofLength(LIMIT), announced(LIMIT)))).resolves.toHaveLength(LIMIT - 2);
  const large = request(ofLength(LIMIT + 1), announced(LIMIT + 1));
  await expect(readJson(large)).rejects.toMatchObject({ code: "too_large" });
  expect(large.bodyUsed).toBe(false);
});

test("where no length is announced the bytes are counted as they come, and the rest is not waited for", async () => {
  await expect(readJson(request(streamed(ofLength(LIMIT)), json))).resolves.toHaveLength(LIMIT - 2);
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(16 * 1024).fill(0x20)),
  });
  await expect(readJson(request(endless, json))).rejects.toMatchObject({ code: "too_large" });
});
