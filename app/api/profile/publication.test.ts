import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { db, storages } from "@/app/_server/app-context";
import { originalKey, variantKey, variantsSchema } from "@/lib/files/file";
import { samplePhoto } from "@/tests/support/app/documents";
import { createMember, fetchUrl, type Person, sendRequest } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

let environment: TestEnvironment;
let ada: Person;
let handle: string;

beforeAll(async () => {
  environment = await createTestEnvironment();
});
beforeEach(async () => {
  ada = await createMember("Ada");
  handle = `ada-${ada.id.slice(-8)}`;
  await ada.request("PATCH", "/api/profile", { body: { handle } });
});
afterAll(() => environment.drop());

const change = (body: unknown) => ada.request("PATCH", "/api/profile", { body });
const getAsVisitor = (path: string) => sendRequest("GET", path);
const picture = async () => ada.uploadFile("profilePicture", await samplePhoto(), { type: "image/jpeg" });
const profile = async () => (await ada.get("/api/profile")).json();

async function published(): Promise<string[]> {
  const { picture } = await profile();
  return (picture?.variants ?? []).map(({ url }: { url: string }) => url);
}

/** Requests the URLs. A store may respond with 403 for a missing object. */
async function statuses(urls: string[]): Promise<number[]> {
  return Promise.all(urls.map(async (url) => ((await fetchUrl(url)).ok ? 200 : 404)));
}

async function publicKeys(): Promise<string[]> {
  const prefix = (await db().file.findMany({ where: { ownerId: ada.id, publicPrefix: { not: null } } })).map(
    ({ publicPrefix }) => publicPrefix,
  );
  const found: string[] = [];
  for await (const { key } of storages().public.list("pictures/")) found.push(key);
  return found.filter((key) => prefix.some((each) => key.startsWith(each ?? "-")));
}

async function keysBelow(prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of storages().private.list(prefix)) found.push(key);
  return found;
}

test("a new profile is private and not found for visitors", async () => {
  const [hidden, missing] = [
    await getAsVisitor(`/api/profiles/${handle}`),
    await getAsVisitor("/api/profiles/nobody-here"),
  ];
  expect([hidden.status, missing.status]).toEqual([404, 404]);
  expect(await hidden.text()).toBe(await missing.text());
});

describe("a picture", () => {
  test("is public only while its flag and the profile both are", async () => {
    const file = await picture();
    expect(await published()).toEqual([]);
    await change({ visibility: "public" });
    const urls = await published();
    expect(urls).toHaveLength(5);
    expect(await statuses(urls)).toEqual([200, 200, 200, 200, 200]);
    await ada.request("PATCH", `/api/files/${file.id}`, { body: { visibility: "private" } });
    expect(await statuses(urls)).toEqual([404, 404, 404, 404, 404]);
    expect((await (await getAsVisitor(`/api/profiles/${handle}`)).json()).picture).toBeNull();
    await ada.request("PATCH", `/api/files/${file.id}`, { body: { visibility: "public" } });
    const again = await published();
    expect(await statuses(again)).toEqual([200, 200, 200, 200, 200]);
    expect(again.some((url) => urls.includes(url))).toBe(false);
    await change({ visibility: "private" });
    expect(await statuses(again)).toEqual([404, 404, 404, 404, 404]);
    expect(await publicKeys()).toEqual([]);
  });

  test("on a public profile replaces the earlier one at once", async () => {
    await change({ visibility: "public" });
    const first = await picture();
    const urls = (first.variants ?? []).map(({ url }) => url);
    expect(await statuses(urls)).toEqual([200, 200, 200, 200, 200]);
    await picture();
    expect(await statuses(urls)).toEqual([404, 404, 404, 404, 404]);
    expect(await db().file.findUniqueOrThrow({ where: { id: first.id } })).toMatchObject({
      status: "superseded",
      publicPrefix: null,
    });
    expect((await ada.get(`/api/files/${first.id}/content`)).status).toBe(410);
    expect((await published()).length).toBe(5);
  });

  test("is shown in the largest size, with variants from small to large", async () => {
    const file = await picture();
    await change({ visibility: "public" });
    const shown = (await (await getAsVisitor(`/api/profiles/${handle}`)).json()).picture;
    expect(shown).toMatchObject({ width: 512, height: 512 });
    expect(shown.url).toMatch(/-512\.webp$/);
    const widths = shown.variants.map(({ width }: { width: number }) => width);
    expect(widths).toEqual([96, 256, 256, 512, 512]);
    await ada.request("DELETE", `/api/files/${file.id}`);
  });

  test("shows the crop that was chosen at upload", async () => {
    const red = await sharp({ create: { width: 400, height: 400, channels: 3, background: "#c00" } })
      .extend({ right: 400, background: "#00c" })
      .jpeg()
      .toBuffer();
    const crop = { x: 0.5, y: 0, width: 0.5, height: 1 };
    await change({ visibility: "public" });
    const file = await ada.uploadFile("profilePicture", red, { type: "image/jpeg", crop });
    expect(file.crop).toEqual(crop);
    const small = file.variants?.find(({ width }) => width === 96);
    const bytes = Buffer.from(await (await fetchUrl(small?.url ?? "")).arrayBuffer());
    const { channels } = await sharp(bytes).stats();
    const [r, , b] = channels.map(({ mean }) => mean);
    expect(r).toBeLessThan(20);
    expect(b).toBeGreaterThan(180);
  });

  test("is unpublished at once when it is withdrawn", async () => {
    await change({ visibility: "public" });
    const file = await picture();
    const urls = (file.variants ?? []).map(({ url }) => url);
    expect((await ada.request("DELETE", `/api/files/${file.id}`)).status).toBe(204);
    expect(await statuses(urls)).toEqual([404, 404, 404, 404, 404]);
    expect((await profile()).picture).toBeNull();
  });

  test("can be neither published nor cropped after it is withdrawn", async () => {
    const file = await picture();
    await ada.request("DELETE", `/api/files/${file.id}`);
    for (const body of [{ visibility: "public" }, { crop: { x: 0, y: 0, width: 0.5, height: 0.5 } }]) {
      const response = await ada.request("PATCH", `/api/files/${file.id}`, { body });
      expect(response.status).toBe(410);
      expect((await response.json()).code).toBe("purged");
    }
  });

  test("gets a new URL when it is cropped again", async () => {
    await change({ visibility: "public" });
    const file = await picture();
    const urls = (file.variants ?? []).map(({ url }) => url);
    const response = await ada.request("PATCH", `/api/files/${file.id}`, {
      body: { crop: { x: 0, y: 0, width: 0.3, height: 0.4 } },
    });
    expect(response.status).toBe(200);
    expect(await statuses(urls)).toEqual([404, 404, 404, 404, 404]);
    expect(await statuses(await published())).toEqual([200, 200, 200, 200, 200]);
  });

  test("leaves no variants of the earlier crop", async () => {
    const file = await picture();
    const recut = async (side: number) =>
      expect(
        (
          await ada.request("PATCH", `/api/files/${file.id}`, {
            body: { crop: { x: 0, y: 0, width: side, height: side } },
          })
        ).status,
      ).toBe(200);
    for (const [side, visibility] of [
      [0.5, "private"],
      [0.4, "public"],
      [0.3, "public"],
    ] as const) {
      await change({ visibility });
      await recut(side);
      const row = await db().file.findUniqueOrThrow({ where: { id: file.id } });
      const cut = variantsSchema.parse(row.variants).map(({ name }) => variantKey(row, name));
      expect(await keysBelow(row.prefix)).toEqual([...cut, originalKey(row)].sort());
      expect(await db().purge.count({ where: { fileId: file.id } })).toBe(0);
      expect(await statuses(await published())).toEqual(
        visibility === "public" ? [200, 200, 200, 200, 200] : [],
      );
    }
  });

  test("gets one of several concurrent crops, and conflicts for the others", async () => {
    await change({ visibility: "public" });
    const file = await picture();
    const cuts = [0.3, 0.4, 0.5].map((side) => ({ x: 0, y: 0, width: side, height: side }));
    const responses = await Promise.all(
      cuts.map((crop) => ada.request("PATCH", `/api/files/${file.id}`, { body: { crop } })),
    );
    const won = responses.filter(({ status }) => status === 200).length;
    expect(won).toBeGreaterThan(0);
    expect(responses.filter(({ status }) => status === 409)).toHaveLength(3 - won);
    const row = await db().file.findUniqueOrThrow({ where: { id: file.id } });
    const names = variantsSchema.parse(row.variants).map(({ name }) => name);
    expect(await keysBelow(row.prefix)).toEqual(
      [...names.map((name) => variantKey(row, name)), originalKey(row)].sort(),
    );
    expect(await publicKeys()).toEqual(names.map((name) => `${row.publicPrefix}${name}`).sort());
    expect(await db().purge.count({ where: { fileId: file.id } })).toBe(0);
  });

  test("matches its visibility flags after concurrent changes", async () => {
    const file = await picture();
    await Promise.all(
      Array.from({ length: 8 }, (_, turn) =>
        turn % 2
          ? change({ visibility: turn % 4 === 1 ? "public" : "private" })
          : ada.request("PATCH", `/api/files/${file.id}`, {
              body: { visibility: turn % 4 ? "public" : "private" },
            }),
      ),
    );
    const row = await db().file.findUniqueOrThrow({ where: { id: file.id }, include: { owner: true } });
    const due = row.visibility === "public" && row.owner.visibility === "public";
    // A further change of a flag syncs what a lost race left behind.
    await change({ visibility: row.owner.visibility });
    await ada.request("PATCH", `/api/files/${file.id}`, { body: { visibility: row.visibility } });
    expect((await published()).length).toBe(due ? 5 : 0);
    expect((await publicKeys()).length).toBe(due ? 5 : 0);
  });
});

describe("changing a profile", () => {
  test("returns the new profile and shows visitors its public part", async () => {
    const response = await change({
      name: "  Ada Lovelace ",
      headline: "Tutor",
      bio: "One\r\nTwo",
      visibility: "public",
    });
    expect(await response.json()).toMatchObject({
      name: "Ada Lovelace",
      headline: "Tutor",
      bio: "One\nTwo",
      visibility: "public",
    });
    const shown = await (await getAsVisitor(`/api/profiles/${handle}`)).json();
    expect(shown).toEqual({
      name: "Ada Lovelace",
      handle,
      headline: "Tutor",
      bio: "One\nTwo",
      pronouns: "",
      location: "",
      languages: "",
      links: [],
      picture: null,
      badges: [],
    });
  });

  test.each([
    ["role", { role: "admin" }],
    ["id", { id: "x" }],
    ["e-mail", { email: "x@example.org" }],
    ["email verified", { emailVerified: true }],
    ["quota", { storedBytes: 0 }],
    ["a nested role", { profile: { role: "admin" } }],
    ["a prototype", JSON.parse('{"__proto__":{"role":"admin"}}')],
  ])("cannot set the property %s", async (_, body) => {
    const before = await db().user.findUniqueOrThrow({ where: { id: ada.id } });
    const response = await ada.request("PATCH", "/api/profile", {
      raw: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
    expect(response.status).toBe(422);
    expect(await db().user.findUniqueOrThrow({ where: { id: ada.id } })).toEqual(before);
  });

  test.each([
    "admin",
    "API",
    "_next",
    "a",
    "a--b",
    "-ab",
    "x".repeat(31),
    "ünïcode",
    "favicon.ico",
    "a/b",
    "robots.txt",
  ])("rejects the handle %j", async (wanted) => {
    const response = await change({ handle: wanted });
    expect(response.status).toBe(422);
    expect((await response.json()).errors[0].path).toBe("handle");
  });

  test.each([
    ["a NUL", "a\u0000b"],
    ["a line break", "a\nb"],
    ["a lone surrogate", "a\ud800b"],
    ["an override", "a\u202eb"],
    ["nothing", "  "],
    ["nothing visible", "\u3164\u200b"],
    ["too much", "x".repeat(101)],
  ])("rejects a name with %s", async (_, name) => {
    const response = await change({ name });
    expect(response.status).toBe(422);
    expect((await response.json()).errors[0].path).toBe("name");
  });

  test("rejects a taken handle and changes nothing", async () => {
    const grace = await createMember("Grace");
    const response = await grace.request("PATCH", "/api/profile", { body: { handle, headline: "Mine now" } });
    expect(response.status).toBe(422);
    expect((await response.json()).errors).toEqual([
      { path: "handle", message: "is taken by another member" },
    ]);
    expect((await (await grace.get("/api/profile")).json()).headline).toBe("");
  });
});
