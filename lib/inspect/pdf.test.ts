import { describe, expect, test } from "vitest";
import { drawPages, pagesToDraw } from "./pdf";
import { countLiePdf } from "./testing/documents";
import { readFixture } from "./testing/fixtures";

describe("an inspected PDF", () => {
  test("is drawn up to its last page", async () => {
    const drawn: number[] = [];
    const bytes = await readFixture("scanned.pdf");
    expect(await drawPages(bytes, { onPage: () => drawn.push(drawn.length + 1) })).toEqual({
      pages: 4,
      tiles: [1, 1, 1, 1],
      missingLetters: false,
    });
    expect(drawn).toEqual([1, 2, 3, 4]);
  });

  test("is refused if a page in it cannot be drawn", async () => {
    await expect(drawPages(countLiePdf({ pages: 3, claimed: 9 }))).rejects.toMatchObject({
      code: "unreadable_file",
      detail: expect.stringMatching(/^Page 4 of this PDF cannot be displayed/),
    });
  });

  test("without a page that can be found is not called empty", async () => {
    await expect(drawPages(countLiePdf({ pages: 0, claimed: 0 }))).rejects.toMatchObject({
      code: "unreadable_file",
      detail: expect.stringMatching(/cannot find the pages.*Print it to a new PDF/),
    });
  });
});

test("the first pages and a sample of a long document are drawn", () => {
  expect(pagesToDraw(60)).toHaveLength(60);
  const long = pagesToDraw(500);
  expect(long).toHaveLength(60);
  expect(new Set(long).size).toBe(60);
  expect(long.slice(0, 21)).toEqual([...Array.from({ length: 20 }, (_, index) => index + 1), 32]);
  expect(long.at(-1)).toBe(500);
});
