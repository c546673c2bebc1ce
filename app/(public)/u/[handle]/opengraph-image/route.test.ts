import sharp from "sharp";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { appContext } from "@/app/_server/app-context";
import { ORIGIN, type Person, signUp } from "@/tests/support/app/person";
import { type TestEnvironment, createTestEnvironment } from "@/tests/support/environment";
import { GET } from "./route";

let environment: TestEnvironment;
let ada: Person;

beforeAll(async () => {
  environment = await createTestEnvironment();
  ada = await signUp("Ada");
});
afterAll(() => environment.drop());
afterEach(() => vi.restoreAllMocks());

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
  const answer = await ada.request("PATCH", "/api/profile", { body: { handle, visibility } });
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
  const said = ({ headers }: Response) => [...headers].filter(([name]) => name !== "x-request-id");
  expect(said(hidden)).toEqual(said(missing));
});

test("the card carries the picture, and only while its flag says that it is shown", async () => {
  await show("ada-pictured", "public");
  const bytes = await sharp({ create: { width: 300, height: 300, channels: 3, background: "#00c" } })
    .jpeg()
    .toBuffer();
  const file = await ada.uploadFile("profilePicture", bytes, { type: "image/jpeg" });
  const isBlue = async () => {
    const [red = 0, , blue = 0] = await portrait(await card("ada-pictured"));
    return red < 20 && blue > 180;
  };
  expect(await isBlue()).toBe(true);
  await ada.request("PATCH", `/api/files/${file.id}`, { body: { visibility: "private" } });
  expect(await isBlue()).toBe(false);
  await ada.request("PATCH", `/api/files/${file.id}`, { body: { visibility: "public" } });
  expect(await isBlue()).toBe(true);
});

test("a card is drawn once for all who unfold the address, and anew as soon as anything on it has changed", async () => {
  await show("ada-drawn", "public");
  const drawn = async () => Buffer.from(await (await card("ada-drawn")).arrayBuffer());
  const cards = appContext().profileCards;
  if (!cards) throw new Error("no cards are kept");
  const of = vi.spyOn(cards, "getOrCreate");
  const first = await drawn();
  expect((await drawn()).equals(first)).toBe(true);
  const [one, other] = await Promise.all(of.mock.results.map(({ value }) => value));
  expect(one, "the same bytes in memory").toBe(other);
  for (const change of [{ headline: "Volunteer tutor" }, { name: "Ada Augusta" }]) {
    const before = await drawn();
    expect((await ada.request("PATCH", "/api/profile", { body: change })).status).toBe(200);
    expect((await drawn()).equals(before), JSON.stringify(change)).toBe(false);
  }
});

test("a profile that is hidden, or goes by another address, has no card at the old one from that moment, kept or being drawn", async () => {
  await show("ada-leaving", "public");
  expect((await card("ada-leaving")).status).toBe(200);
  const [, hidden] = await Promise.all([card("ada-leaving"), show("ada-leaving", "private")]);
  expect(hidden).toBeUndefined();
  expect((await card("ada-leaving")).status).toBe(404);
  await show("ada-back", "public");
  expect((await card("ada-leaving")).status).toBe(404);
  expect((await card("ada-back")).status).toBe(200);
});

test("what is taken down leaves this process's memory as well", async () => {
  const forgotten = vi.spyOn(appContext().profileCards ?? { invalidateTag: () => undefined }, "invalidateTag");
  const { id } = await (await ada.request("GET", "/api/profile")).json();
  await show("ada-forgotten", "private");
  expect(forgotten).toHaveBeenCalledWith(id);
  await show("ada-forgotten", "public");
  const bytes = await sharp({ create: { width: 300, height: 300, channels: 3, background: "#0c0" } })
    .jpeg()
    .toBuffer();
  const file = await ada.uploadFile("profilePicture", bytes, { type: "image/jpeg" });
  forgotten.mockClear();
  await ada.request("PATCH", `/api/files/${file.id}`, { body: { visibility: "private" } });
  expect(forgotten).toHaveBeenCalledWith(id);
  forgotten.mockClear();
  await ada.request("DELETE", `/api/files/${file.id}`);
  expect(forgotten).toHaveBeenCalledWith(id);
});
