import { describe, expect, test } from "vitest";
import { countPages, renderPdfPage } from "./pdf";
import { readFixture } from "./testing/fixtures";

describe("A PDF", () => {
  test("that keeps the reader busy for ever is given up, while everything else goes on, and the next one is read", async () => {
    let beats = 0;
    const heart = setInterval(() => {
      beats += 1;
    }, 10);
    // The thread is up before the time counts.
    await countPages(await readFixture("scanned.pdf"));
    beats = 0;
    await expect(renderPdfPage(await readFixture("endless.pdf"), 1, 400, 500)).rejects.toMatchObject({
      code: "unreadable_file",
      cause: expect.objectContaining({ message: "No answer in 500 ms" }),
    });
    clearInterval(heart);
    expect(beats).toBeGreaterThan(10);
    expect(await countPages(await readFixture("scanned.pdf"))).toBe(4);
  });

  test("waits for the one before it, and answers come to who asked", async () => {
    const [scanned, many] = await Promise.all([readFixture("scanned.pdf"), readFixture("pages-501.pdf")]);
    const counts = await Promise.all([scanned, many, scanned, many, scanned].map(countPages));
    expect(counts).toEqual([4, 501, 4, 501, 4]);
  });

  test("is read in a thread that is renewed now and then, without anybody noticing", async () => {
    const bytes = await readFixture("scripted-form.pdf");
    const counts = await Promise.all(Array.from({ length: 120 }, () => countPages(bytes)));
    expect(new Set(counts)).toEqual(new Set([1]));
  });
});
