import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { openPicture, toPixels } from "./decoder";
import { inspectDocument } from "./document";
import { renderPage } from "./page";
import { colourNameAt } from "./testing/colours";
import { blankPdf, pdfOfPhoto } from "./testing/documents";
import { readFixture } from "./testing/fixtures";
import { fourColourPicture } from "./testing/pictures";

const PDF = "application/pdf";

/** Fraction of the pixels that differ visibly between two pages of one size. */
async function difference(one: Buffer, other: Buffer): Promise<number> {
  const [a, b] = await Promise.all([one, other].map((bytes) => toPixels(openPicture(bytes).greyscale())));
  if (!a || !b || a.data.length !== b.data.length) throw new Error("The pages have different sizes");
  let differing = 0;
  for (const [index, value] of a.data.entries())
    if (Math.abs(value - (b.data[index] ?? 0)) > 12) differing += 1;
  return differing / a.data.length;
}

describe("a page image", () => {
  test("of a tall page is at least 1200 pixels wide, in tiles", async () => {
    const bytes = await blankPdf(595, 20_000);
    const { tiles } = await inspectDocument(bytes, PDF);
    expect(tiles).toEqual([9]);
    for (const tile of [1, 9]) {
      const part = { tiles: 9, tile, detail: 1, cell: 1 };
      const { width, height } = await renderPage(bytes, PDF, 1, { part });
      expect(width).toBeGreaterThanOrEqual(1200);
      expect(height).toBeLessThan(16_384);
    }
  });

  test.each(["image/jpeg", PDF] as const)("of a cell of a %s shows that part in detail", async (type) => {
    const photo = await sharp(await fourColourPicture(3200, 3200))
      .jpeg()
      .toBuffer();
    const bytes = type === PDF ? await pdfOfPhoto(photo) : photo;
    const corners: string[][] = [];
    for (const cell of [1, 2, 3, 4]) {
      const part = { tiles: 1, tile: 1, detail: 2, cell };
      const image = await renderPage(bytes, type, 1, { part });
      expect(image).toMatchObject({ width: 1600, height: 1600 });
      corners.push([await colourNameAt(image.data, 0.02, 0.02), await colourNameAt(image.data, 0.98, 0.98)]);
    }
    expect(corners).toEqual([
      ["red", "red"],
      ["green", "green"],
      ["blue", "blue"],
      ["yellow", "yellow"],
    ]);
  });

  test("of a PDF is a WebP, 1600 pixels or the requested width", async () => {
    const bytes = await readFixture("scanned.pdf");
    const usual = await renderPage(bytes, PDF, 1);
    expect(usual).toMatchObject({ type: "image/webp", width: 1600, height: 2263 });
    expect(await sharp(usual.data).metadata()).toMatchObject({ format: "webp", width: 1600, height: 2263 });
    expect(await renderPage(bytes, PDF, 1, { width: 400 })).toMatchObject({ width: 400, height: 566 });
  });

  test("shows the requested page", async () => {
    const bytes = await readFixture("scanned.pdf");
    const [first, second, again] = await Promise.all(
      [1, 2, 1].map((page) => renderPage(bytes, PDF, page, { width: 600 })),
    );
    if (!first || !second || !again) throw new Error("Three were asked for");
    expect(again.data.equals(first.data)).toBe(true);
    expect(await difference(first.data, second.data)).toBeGreaterThan(0.01);
  });

  test("of a missing page is not_found", async () => {
    const pdf = await readFixture("scanned.pdf");
    const photograph = await readFixture("phone-portrait.jpg");
    for (const page of [0, -1, 5, 1.5, Number.NaN, 2 ** 40]) {
      await expect(renderPage(pdf, PDF, page)).rejects.toMatchObject({ code: "not_found" });
    }
    await expect(renderPage(photograph, "image/jpeg", 2)).rejects.toMatchObject({ code: "not_found" });
  });

  test("of a photograph is upright and has no location", async () => {
    const page = await renderPage(await readFixture("phone-portrait.jpg"), "image/jpeg", 1);
    expect(page).toMatchObject({ type: "image/webp", width: 1600, height: 2133 });
    expect(await colourNameAt(page.data, 0.5, 0.03)).toBe("blue");
    expect(await colourNameAt(page.data, 0.19, 0.55)).toBe("red");
    expect((await sharp(page.data).metadata()).exif).toBeUndefined();
  });

  test("of a transparent picture is on white, also below the watermark", async () => {
    const background = { r: 0, g: 0, b: 0, alpha: 0 };
    const empty = await sharp({ create: { width: 400, height: 400, channels: 4, background } })
      .png()
      .toBuffer();
    const watermark = { text: "B. Reviewer" };
    const { data } = await toPixels(
      openPicture((await renderPage(empty, "image/png", 1, { watermark })).data),
    );
    expect(data.filter((value) => value > 240).length / data.length).toBeGreaterThan(0.8);
  });

  test("of a small picture is not enlarged", async () => {
    const bytes = await readFixture("html-in-comment.jpg");
    expect(await renderPage(bytes, "image/jpeg", 1)).toMatchObject({ width: 320, height: 240 });
  });

  test("shows the values of a form", async () => {
    const bytes = await readFixture("scripted-form.pdf");
    const page = await renderPage(bytes, PDF, 1, { width: 1000 });
    const [left, top] = [
      Math.round((60 / 595.28) * 1000),
      Math.round(((841.89 - 688) / 841.89) * page.height),
    ];
    const { data } = await toPixels(
      openPicture(page.data)
        .extract({ left: left + 6, top: top + 6, width: 400, height: 36 })
        .greyscale(),
    );
    expect(data.filter((value) => value < 100).length).toBeGreaterThan(200);
  });

  test("of a huge or thin page stays within the limits", async () => {
    const wall = await renderPage(await readFixture("huge-page.pdf"), PDF, 1, { width: 3200 });
    expect(wall.width).toBe(3200);
    const hair = await renderPage(await readFixture("thin-page.pdf"), PDF, 1, { width: 1600 });
    expect(hair.width).toBe(1);
    expect(hair.height).toBeLessThanOrEqual(12_000);
    const tower = await renderPage(await blankPdf(400, 14_400), PDF, 1, { width: 3200 });
    expect(tower.width * tower.height).toBeLessThanOrEqual(12_100_000);
    expect(
      await renderPage(await blankPdf(1, 14_400), PDF, 1, { watermark: { text: "B. Reviewer" } }),
    ).toBeDefined();
  });

  test("of a locked or broken file is an unreadable_file", async () => {
    await expect(renderPage(await readFixture("locked.pdf"), PDF, 1)).rejects.toMatchObject({
      code: "unreadable_file",
    });
    await expect(renderPage(await readFixture("truncated.jpg"), "image/jpeg", 1)).rejects.toMatchObject({
      code: "unreadable_file",
    });
  });
});

describe("a watermark", () => {
  const ada = { watermark: { text: "A. Reviewer · 22 Nov 2026, 10:04" } };
  const bea = { watermark: { text: "B. Reviewer · 22 Nov 2026, 10:04" } };

  test("covers every part of the page and differs between viewers", async () => {
    const bytes = await readFixture("scanned.pdf");
    const plain = await renderPage(bytes, PDF, 1);
    const [hers, theirs] = await Promise.all([ada, bea].map((options) => renderPage(bytes, PDF, 1, options)));
    if (!hers || !theirs) throw new Error("Two were asked for");
    expect(await difference(hers.data, theirs.data)).toBeGreaterThan(0.0005);
    for (const top of [0, 0.5]) {
      for (const left of [0, 0.5]) {
        const part = (data: Buffer) =>
          openPicture(data)
            .extract({
              left: Math.round(left * plain.width),
              top: Math.round(top * plain.height),
              width: Math.floor(plain.width / 2),
              height: Math.floor(plain.height / 2),
            })
            .png()
            .toBuffer();
        const share = await difference(await part(plain.data), await part(hers.data));
        expect(share).toBeGreaterThan(0.005);
        expect(share).toBeLessThan(0.1);
      }
    }
  });

  test("keeps dark letters dark and white paper light", async () => {
    const bytes = await readFixture("scripted-form.pdf");
    const { data } = await toPixels(openPicture((await renderPage(bytes, PDF, 1, ada)).data).greyscale());
    expect(data.filter((value) => value < 60).length).toBeGreaterThan(1000);
    expect(data.filter((value) => value > 150).length / data.length).toBeGreaterThan(0.97);
  });

  test("covers a greyscale picture", async () => {
    const bytes = await sharp({ create: { width: 800, height: 800, channels: 3, background: "#7f7f7f" } })
      .greyscale()
      .jpeg()
      .toBuffer();
    const plain = await renderPage(bytes, "image/jpeg", 1);
    expect(
      await difference(plain.data, (await renderPage(bytes, "image/jpeg", 1, ada)).data),
    ).toBeGreaterThan(0.01);
  });

  test.each(["#ffffff", "#000000", "#7f7f7f", "#203a70"])("is visible on %s", async (background) => {
    const bytes = await sharp({ create: { width: 800, height: 800, channels: 3, background } })
      .png()
      .toBuffer();
    const plain = await renderPage(bytes, "image/png", 1);
    const marked = await renderPage(bytes, "image/png", 1, ada);
    expect(await difference(plain.data, marked.data)).toBeGreaterThan(0.01);
  });

  test("shows a name with markup and in other scripts as text", async () => {
    const bytes = await sharp({ create: { width: 800, height: 800, channels: 3, background: "#ffffff" } })
      .png()
      .toBuffer();
    const marked = (text: string) => renderPage(bytes, "image/png", 1, { watermark: { text } });
    const names = ["<b>Bold</b> & Sons", "Bold Sons", "Ольга Петрова", "محمد علي", "\u202eevil\u0000\ud800"];
    const pages = await Promise.all(names.map(marked));
    expect(new Set(pages.map(({ data }) => data.toString("base64"))).size).toBe(names.length);
  });

  test("does not become smaller with the length of a name", async () => {
    const bytes = await sharp({ create: { width: 800, height: 800, channels: 3, background: "#ffffff" } })
      .png()
      .toBuffer();
    const [long, longer] = await Promise.all(
      [80, 100].map((length) =>
        renderPage(bytes, "image/png", 1, { watermark: { text: `ID 7f3a2c1d ${"W".repeat(length)}` } }),
      ),
    );
    expect(long?.data.equals(longer?.data ?? Buffer.alloc(0))).toBe(true);
  });

  test("accepts an empty and a very long text", async () => {
    const bytes = await readFixture("html-in-comment.jpg");
    for (const text of ["", " ", "x".repeat(5000)]) {
      expect(await renderPage(bytes, "image/jpeg", 1, { watermark: { text } })).toMatchObject({ width: 320 });
    }
  });
});
