import { describe, expect, test } from "vitest";
import { countPages, renderPdfPage } from "./pdf";
import { readFixture } from "./testing/fixtures";

describe("a PDF", () => {
  test("that never finishes times out without blocking, and the next one opens", async () => {
    let beats = 0;
    const heart = setInterval(() => {
      beats += 1;
    }, 10);
    // Starts the thread before the timeout counts.
    await countPages(await readFixture("scanned.pdf"));
    beats = 0;
    await expect(renderPdfPage(await readFixture("endless.pdf"), 1, 400, 500)).rejects.toMatchObject({
      code: "unreadable_file",
      cause: expect.objectContaining({ message: "The thread timed out after 500 ms." }),
    });
    clearInterval(heart);
    expect(beats).toBeGreaterThan(10);
    expect(await countPages(await readFixture("scanned.pdf"))).toBe(4);
  });

  test("waits for the one before it and gets its own result", async () => {
    const [scanned, many] = await Promise.all([readFixture("scanned.pdf"), readFixture("pages-501.pdf")]);
    const counts = await Promise.all([scanned, many, scanned, many, scanned].map(countPages));
    expect(counts).toEqual([4, 501, 4, 501, 4]);
  });

  test("opens while the thread is replaced after some files", async () => {
    const bytes = await readFixture("scripted-form.pdf");
    const counts = await Promise.all(Array.from({ length: 120 }, () => countPages(bytes)));
    expect(new Set(counts)).toEqual(new Set([1]));
  });
});
