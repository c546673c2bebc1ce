import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ORIGIN, type Person, signUp } from "@/app/testing/person";
import { type TestEnvironment, testEnvironment } from "@/lib/testing/environment";
import { GET } from "./route";

let environment: TestEnvironment;
let ada: Person;

beforeAll(async () => {
  environment = await testEnvironment();
  ada = await signUp("Ada");
});
afterAll(() => environment.drop());

function card(handle: string): Promise<Response> {
  return GET(new Request(`${ORIGIN}/u/${handle}/opengraph-image`), { params: Promise.resolve({ handle }) });
}

/** What is in the middle of the portrait. */
async function portrait(response: Response): Promise<number[]> {
  const part = await sharp(Buffer.from(await response.arrayBuffer()))
    .extract({ left: 200, top: 240, width: 100, height: 100 })
    .png()
    .toBuffer();
  const { channels } = await sharp(part).stats();
  return channels.slice(0, 3).map(({ mean }) => mean);
}

async function show(handle: string, visibility: "public" | "private") {
  const answer = await ada.call("PATCH", "/api/profile", { body: { handle, visibility } });
  expect(answer.status).toBe(200);
}

test("a visible profile has a card of the size that is asked for, kept no longer than its picture may be", async () => {
  await show("ada-visible", "public");
  const response = await card("ada-visible");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("image/png");
  expect(response.headers.get("cache-control")).toBe("public, max-age=60");
  const { width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
  expect([width, height]).toEqual([1200, 630]);
});

test("a hidden profile has none, in the very words for one that does not exist", async () => {
  await show("ada-hidden", "private");
  const [hidden, missing] = [await card("ada-hidden"), await card("nobody-here")];
  expect([hidden.status, missing.status]).toEqual([404, 404]);
  expect(await hidden.text()).toBe(await missing.text());
  expect([...hidden.headers]).toEqual([...missing.headers]);
});

test("the card carries the picture, and only while its flag says that it is shown", async () => {
  await show("ada-pictured", "public");
  const bytes = await sharp({ create: { width: 300, height: 300, channels: 3, background: "#00c" } })
    .jpeg()
    .toBuffer();
  const file = await ada.file("profilePicture", bytes, { type: "image/jpeg" });
  const isBlue = async () => {
    const [red = 0, , blue = 0] = await portrait(await card("ada-pictured"));
    return red < 20 && blue > 180;
  };
  expect(await isBlue()).toBe(true);
  await ada.call("PATCH", `/api/files/${file.id}`, { body: { visibility: "private" } });
  expect(await isBlue()).toBe(false);
  await ada.call("PATCH", `/api/files/${file.id}`, { body: { visibility: "public" } });
  expect(await isBlue()).toBe(true);
});
