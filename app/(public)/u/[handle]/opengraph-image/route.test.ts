import sharp from "sharp";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { appContext } from "@/app/_server/app-context";
import { createMember, ORIGIN, type Person } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";
import { GET } from "./route";

let environment: TestEnvironment;
let ada: Person;

beforeAll(async () => {
  environment = await createTestEnvironment();
  ada = await createMember("Ada");
});
afterAll(() => environment.drop());
afterEach(() => vi.restoreAllMocks());

function card(handle: string): Promise<Response> {
  return GET(new Request(`${ORIGIN}/u/${handle}/opengraph-image`), { params: Promise.resolve({ handle }) });
}

/** Returns the mean colour in the middle of the picture on the card. */
async function pictureColour(response: Response): Promise<number[]> {
  const part = await sharp(Buffer.from(await response.arrayBuffer()))
    .extract({ left: 200, top: 240, width: 100, height: 100 })
    .png()
    .toBuffer();
  const { channels } = await sharp(part).stats();
  return channels.slice(0, 3).map(({ mean }) => mean);
}

async function setVisibility(handle: string, visibility: "public" | "private") {
  const response = await ada.request("PATCH", "/api/profile", { body: { handle, visibility } });
  expect(response.status).toBe(200);
}

test("a public profile has a card that is cached for a minute", async () => {
  await setVisibility("ada-visible", "public");
  const response = await card("ada-visible");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("image/png");
  expect(response.headers.get("cache-control")).toBe("public, max-age=60");
  const { width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
  expect([width, height]).toEqual([1200, 630]);
});

test("a hidden profile gets the same 404 as a missing one", async () => {
  await setVisibility("ada-hidden", "private");
  const [hidden, missing] = [await card("ada-hidden"), await card("unknown-handle")];
  expect([hidden.status, missing.status]).toEqual([404, 404]);
  expect(await hidden.text()).toBe(await missing.text());
  const headersOf = ({ headers }: Response) => [...headers].filter(([name]) => name !== "x-request-id");
  expect(headersOf(hidden)).toEqual(headersOf(missing));
});

test("a card shows the picture only while the picture is public", async () => {
  await setVisibility("ada-pictured", "public");
  const bytes = await sharp({ create: { width: 300, height: 300, channels: 3, background: "#00c" } })
    .jpeg()
    .toBuffer();
  const file = await ada.uploadFile("profilePicture", bytes, { type: "image/jpeg" });
  const isBlue = async () => {
    const [red = 0, , blue = 0] = await pictureColour(await card("ada-pictured"));
    return red < 20 && blue > 180;
  };
  expect(await isBlue()).toBe(true);
  await ada.request("PATCH", `/api/files/${file.id}`, { body: { visibility: "private" } });
  expect(await isBlue()).toBe(false);
  await ada.request("PATCH", `/api/files/${file.id}`, { body: { visibility: "public" } });
  expect(await isBlue()).toBe(true);
});

test("a card is rendered once and again after each change", async () => {
  await setVisibility("ada-drawn", "public");
  const readCard = async () => Buffer.from(await (await card("ada-drawn")).arrayBuffer());
  const cards = appContext().profileCards;
  if (!cards) throw new Error("The context has no card cache");
  const getOrCreate = vi.spyOn(cards, "getOrCreate");
  const first = await readCard();
  expect((await readCard()).equals(first)).toBe(true);
  const [one, other] = await Promise.all(getOrCreate.mock.results.map(({ value }) => value));
  expect(one, "the same bytes in memory").toBe(other);
  for (const change of [{ headline: "Volunteer tutor" }, { name: "Ada Augusta" }]) {
    const before = await readCard();
    expect((await ada.request("PATCH", "/api/profile", { body: change })).status).toBe(200);
    expect((await readCard()).equals(before), JSON.stringify(change)).toBe(false);
  }
});

test("a hidden or renamed profile has no card at its old URL", async () => {
  await setVisibility("ada-leaving", "public");
  expect((await card("ada-leaving")).status).toBe(200);
  const [, hidden] = await Promise.all([card("ada-leaving"), setVisibility("ada-leaving", "private")]);
  expect(hidden).toBeUndefined();
  expect((await card("ada-leaving")).status).toBe(404);
  await setVisibility("ada-back", "public");
  expect((await card("ada-leaving")).status).toBe(404);
  expect((await card("ada-back")).status).toBe(200);
});

test("the cache drops a card when its profile or picture is hidden", async () => {
  const invalidateTag = vi.spyOn(
    appContext().profileCards ?? { invalidateTag: () => undefined },
    "invalidateTag",
  );
  const { id } = await (await ada.request("GET", "/api/profile")).json();
  await setVisibility("ada-forgotten", "private");
  expect(invalidateTag).toHaveBeenCalledWith(id);
  await setVisibility("ada-forgotten", "public");
  const bytes = await sharp({ create: { width: 300, height: 300, channels: 3, background: "#0c0" } })
    .jpeg()
    .toBuffer();
  const file = await ada.uploadFile("profilePicture", bytes, { type: "image/jpeg" });
  invalidateTag.mockClear();
  await ada.request("PATCH", `/api/files/${file.id}`, { body: { visibility: "private" } });
  expect(invalidateTag).toHaveBeenCalledWith(id);
  invalidateTag.mockClear();
  await ada.request("DELETE", `/api/files/${file.id}`);
  expect(invalidateTag).toHaveBeenCalledWith(id);
});
