import { Readable } from "node:stream";
import { afterAll, describe, expect, test } from "vitest";
import { withDecoder } from "./decode";
import { type DecoderClaim, DecoderPool } from "./decoder-pool";
import { readFixture } from "./testing/fixtures";

const PDF = "application/pdf";
const pool = new DecoderPool();
afterAll(() => pool.close());

const claim = (person = "ada", purpose: DecoderClaim["purpose"] = "image") => ({ person, purpose });

function renderFirstPage(bytes: Buffer, width = 200) {
  return withDecoder(pool, claim(), (decoder) =>
    decoder.run("renderPage", bytes, { type: PDF, page: 1, width }),
  );
}

describe("a decoder process", () => {
  test("opens bytes from memory and from a stream", async () => {
    const bytes = await readFixture("scanned.pdf");
    const count = (input: Parameters<Parameters<Parameters<typeof withDecoder>[2]>[0]["run"]>[1]) =>
      withDecoder(pool, claim(), (decoder) => decoder.run("inspectDocument", input, { type: PDF }));
    expect(await count(bytes)).toMatchObject({ pages: 4 });
    const chunks = [bytes.subarray(0, 10), bytes.subarray(10)];
    expect(await count({ size: bytes.length, stream: Readable.from(chunks) })).toMatchObject({ pages: 4 });
  });

  test("passes on what the decoder says about the bytes", async () => {
    await expect(renderFirstPage(await readFixture("locked.pdf"))).rejects.toMatchObject({
      code: "unreadable_file",
      detail: expect.stringMatching(/password/),
    });
  });

  test("reports an object of another size, and the next job works", async () => {
    const bytes = await readFixture("scanned.pdf");
    for (const size of [bytes.length - 1, bytes.length + 1])
      await expect(
        withDecoder(pool, claim(), (decoder) =>
          decoder.run("inspectDocument", { size, stream: Readable.from([bytes]) }, { type: PDF }),
        ),
      ).rejects.toThrow("another size");
    expect(await renderFirstPage(bytes)).toMatchObject({ width: 200 });
  });

  test("that computes for ever is ended, and the server keeps responding", async () => {
    let beats = 0;
    const timer = setInterval(() => {
      beats += 1;
    }, 10);
    await expect(renderFirstPage(await readFixture("endless.pdf"))).rejects.toMatchObject({
      code: "unavailable",
      limit: expect.stringMatching(/^(time|memory)$/),
    });
    clearInterval(timer);
    expect(beats).toBeGreaterThan(10);
    expect(await renderFirstPage(await readFixture("scanned.pdf"))).toMatchObject({ width: 200 });
  });
});
