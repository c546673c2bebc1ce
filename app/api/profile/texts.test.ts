import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { db } from "@/app/_server/app-context";
import { samplePdf, samplePhoto } from "@/tests/support/app/documents";
import { createMember, type Person, sendRequest } from "@/tests/support/app/person";
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
  await ada.request("PATCH", "/api/profile", { body: { handle, visibility: "public" } });
});
afterAll(() => environment.drop());

const change = (body: unknown) => ada.request("PATCH", "/api/profile", { body });
const asVisitor = async () => (await sendRequest("GET", `/api/profiles/${handle}`)).json();
const own = async () => (await ada.get("/api/profile")).json();

async function errorsOf(response: Response): Promise<{ path: string; message: string }[]> {
  expect(response.status).toBe(422);
  return (await response.json()).errors;
}

const TEXTS = {
  pronouns: "she/her · היא",
  location: "Kraków, Polska",
  languages: "polski, English, العربية",
  links: [{ url: "https://example.org/", label: "My garden" }, { url: "https://xn--bcher-kva.example/a" }],
};

test("visitors of a public profile read all its texts", async () => {
  const response = await change({
    ...TEXTS,
    pronouns: "  she/her · היא ",
    links: [
      { url: " https://Example.org ", label: " My garden " },
      { url: "https://bücher.example/a", label: "" },
    ],
  });
  expect(await response.json()).toMatchObject(TEXTS);
  expect(await own()).toMatchObject(TEXTS);
  expect(await asVisitor()).toMatchObject(TEXTS);
});

test("a change keeps the texts that it does not name", async () => {
  await change(TEXTS);
  await Promise.all([change({ location: "Gdańsk" }), change({ pronouns: "" }), change({ bio: "Hello" })]);
  expect(await own()).toMatchObject({ ...TEXTS, location: "Gdańsk", pronouns: "", bio: "Hello" });
  await change({ links: [] });
  expect(await own()).toMatchObject({ links: [], languages: TEXTS.languages });
});

test.each([
  ["pronouns", 40],
  ["location", 80],
  ["languages", 120],
])("%s are one line of a bounded length", async (name, max) => {
  expect((await change({ [name]: "x".repeat(max) })).status).toBe(200);
  for (const text of ["x".repeat(max + 1), "a\nb", "a\u0000b", "a\u202eb", "a\ud800b", 1, null, ["a"]])
    expect((await errorsOf(await change({ [name]: text })))[0]?.path, JSON.stringify(text)).toBe(name);
  expect((await own())[name]).toBe("x".repeat(max));
});

describe("a link", () => {
  test.each([
    ["of another scheme", "http://example.org", "must begin with https://"],
    ["that runs a script", "javascript:alert(1)", "must begin with https://"],
    ["that is data", "data:text/html,hi", "must begin with https://"],
    ["with a user name", "https://bank.example@evil.example/", "must not have a user name or a password"],
    ["without a host", "https://", "must have the name of a website, such as https://example.org"],
    ["to an IP address", "https://10.0.0.1/", "must have the name of a website, such as https://example.org"],
    ["that is too long", `https://example.org/${"a".repeat(1000)}`, "must have at most 1000 characters"],
    ["with a line break", "https://example.org/\nx", "must be one line without control characters"],
    ["with a NUL", "https://example.org/\u0000", "must be one line without control characters"],
    ["with an override", "https://example.org/\u202egpj", "must be one line without control characters"],
    ["without an address", " ", "must not be empty"],
  ])("%s is refused, and nothing changes", async (_, url, message) => {
    await change(TEXTS);
    const response = await change({ headline: "New", links: [{ url: "https://example.org" }, { url }] });
    expect(await errorsOf(response)).toEqual([{ path: "links.1.url", message }]);
    expect(await own()).toMatchObject({ ...TEXTS, headline: "" });
  });

  test.each([
    ["a label with a control character", { label: "a\u0007b" }, "links.0.label"],
    ["a label with two lines", { label: "a\nb" }, "links.0.label"],
    ["a label that is too long", { label: "x".repeat(61) }, "links.0.label"],
    ["another property", { rel: "me" }, "links.0.rel"],
    ["no text as its address", { url: 1 }, "links.0.url"],
  ])("with %s is refused", async (_, part, path) => {
    const errors = await errorsOf(await change({ links: [{ url: "https://example.org", ...part }] }));
    expect(errors[0]?.path).toBe(path);
  });

  test("is one of at most five", async () => {
    const links = Array.from({ length: 6 }, (_, index) => ({ url: `https://example.org/${index}` }));
    expect(await errorsOf(await change({ links }))).toEqual([
      { path: "links", message: "must have at most 5 links" },
    ]);
    expect((await change({ links: links.slice(0, 5) })).status).toBe(200);
    expect((await own()).links).toHaveLength(5);
  });
});

describe("the alternative text of a picture", () => {
  const picture = async () => ada.uploadFile("profilePicture", await samplePhoto(), { type: "image/jpeg" });
  const describePicture = (id: string, alt: unknown) =>
    ada.request("PATCH", `/api/files/${id}`, { body: { alt } });

  test("is shown with it and ends with it", async () => {
    const file = await picture();
    expect((await asVisitor()).picture.alt).toBe("");
    const response = await describePicture(file.id, " Ada laughs in a garden ");
    expect(await response.json()).toMatchObject({ id: file.id, alt: "Ada laughs in a garden" });
    expect((await asVisitor()).picture.alt).toBe("Ada laughs in a garden");
    expect((await own()).picture.alt).toBe("Ada laughs in a garden");

    const next = await picture();
    expect((await asVisitor()).picture.alt).toBe("");
    await describePicture(next.id, "Ada at her desk");
    await ada.request("DELETE", `/api/files/${next.id}`);
    const rows = await db().file.findMany({ where: { ownerId: ada.id } });
    expect(rows.map(({ alt }) => alt)).toEqual(["", ""]);
  });

  test("is one line of at most 250 characters", async () => {
    const { id } = await picture();
    expect((await describePicture(id, "x".repeat(250))).status).toBe(200);
    for (const alt of ["x".repeat(251), "a\nb", "a\u0000b", "a\u202eb", 1])
      expect((await errorsOf(await describePicture(id, alt)))[0]?.path).toBe("alt");
  });

  test("belongs to pictures that still exist, and to their owner", async () => {
    const [file, grace] = [await picture(), await createMember("Grace")];
    const foreign = await grace.request("PATCH", `/api/files/${file.id}`, { body: { alt: "Mine" } });
    expect(foreign.status).toBe(404);
    const letter = await ada.uploadFile("medicalLetter", await samplePdf(), { type: "application/pdf" });
    expect((await describePicture(letter.id, "A letter")).status).toBe(409);
    await picture();
    expect((await describePicture(file.id, "Too late")).status).toBe(410);
    const rows = await db().file.findMany({ where: { ownerId: ada.id } });
    expect(rows.filter(({ alt }) => alt !== "")).toEqual([]);
  });
});

test("the export has the texts of the profile and of its picture", async () => {
  await change(TEXTS);
  const file = await ada.uploadFile("profilePicture", await samplePhoto(), { type: "image/jpeg" });
  await ada.request("PATCH", `/api/files/${file.id}`, { body: { alt: "Ada laughs" } });
  const exported = await (await ada.get("/api/account/export")).json();
  expect(exported.profile).toMatchObject(TEXTS);
  expect(exported.files).toMatchObject([{ id: file.id, alt: "Ada laughs" }]);
});
