import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { renderCard } from "./card";
import { colourNameAt } from "./testing/colours";
import { readFixture } from "./testing/fixtures";

const person = { name: "Ada Lovelace", headline: "Volunteer tutor" };

describe("a profile card", () => {
  test("is a PNG of 1200 x 630 without the picture's metadata", async () => {
    const card = await renderCard({ ...person, picture: await readFixture("phone-portrait.jpg") });
    const { format, width, height, exif, icc } = await sharp(card).metadata();
    expect({ format, width, height, exif, icc }).toEqual({
      format: "png",
      width: 1200,
      height: 630,
      exif: undefined,
      icc: undefined,
    });
  });

  test("shows the picture as a circle", async () => {
    const red = await sharp({ create: { width: 512, height: 512, channels: 3, background: "#d02020" } })
      .webp()
      .toBuffer();
    const card = await renderCard({ ...person, picture: red });
    const [left, middle, side] = [96, 284, 304];
    expect(await colourNameAt(card, (left + side / 2) / 1200, middle / 630)).toBe("red");
    expect(await colourNameAt(card, (left + 12) / 1200, (middle - side / 2 + 12) / 630)).toBe("white");
  });

  test("differs with the name, the headline and the picture", async () => {
    const cards = await Promise.all([
      renderCard(person),
      renderCard({ ...person, name: "Bda Lovelace" }),
      renderCard({ ...person, headline: "Volunteer reader" }),
      renderCard({ ...person, headline: "" }),
      renderCard({ ...person, picture: await readFixture("html-in-comment.jpg") }),
    ]);
    expect(new Set(cards.map((card) => card.toString("base64"))).size).toBe(cards.length);
  });

  test.each([
    ["very long", "Maximiliane ".repeat(30), "and so on ".repeat(80)],
    ["one endless word", "Q".repeat(200), "w".repeat(900)],
    ["HTML markup", "<span size='999999'>Ada</span>", "&amp; <b>bold"],
    ["in other scripts", "Ольга محمد שרה 山田", "साहित्य"],
    ["empty", "", ""],
    ["invisible", "\u0000\u202e\ud800", "\n\n"],
  ])("renders a text that is %s", async (_, name, headline) => {
    expect(await sharp(await renderCard({ name, headline })).metadata()).toMatchObject({
      width: 1200,
      height: 630,
    });
  });

  test.each([
    "\u200b",
    "\u2800",
    "\u00ad\u200d\ufe0f",
    "a\u2028b",
    "\u{e0041}",
    "\ue000",
    "\u{13441}",
    `Z${"\u0301".repeat(90)}`,
    "𒐫𒐫",
  ])("shows a name and headline such as %j", async (text) => {
    const card = await renderCard({ name: text, handle: "ada-100200", headline: text });
    expect(await sharp(card).metadata()).toMatchObject({ width: 1200, height: 630 });
  });

  test("leaves out letters that its fonts lack, instead of boxes", async () => {
    const shown = await renderCard({ name: "Taro 山田\ue000", headline: "Reader 読者 👨‍👩‍👧" });
    expect(shown.equals(await renderCard({ name: "Taro", headline: "Reader" }))).toBe(true);
  });

  test("shows the handle if it can draw no letter of the name", async () => {
    const shown = await renderCard({ name: "山田太郎", handle: "taro-100200", headline: "" });
    expect(shown.equals(await renderCard({ name: "taro-100200", headline: "" }))).toBe(true);
  });

  test("refuses a picture that cannot be opened", async () => {
    await expect(
      renderCard({ ...person, picture: await readFixture("svg-renamed.png") }),
    ).rejects.toMatchObject({
      code: "unreadable_file",
    });
  });
});
