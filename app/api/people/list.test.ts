import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appContext, db } from "@/app/_server/app-context";
import { listPeople, peopleFilterSchema } from "@/lib/accounts/list-people";
import { newId } from "@/lib/id";
import { createMember, createPersonWithRole, type Person } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

let environment: TestEnvironment;
let admin: Person;

beforeAll(async () => {
  environment = await createTestEnvironment();
  admin = await createPersonWithRole(db(), "admin", [], "Ines Chief");
});
afterAll(() => environment.drop());

async function createNamed(name: string, handle: string, email = `${handle}@school.example`) {
  const id = newId();
  await db().user.create({ data: { id, name, handle, email } });
  return id;
}

async function list(query: Partial<Record<string, string>>) {
  const response = await admin.get(
    `/api/people?${new URLSearchParams(Object.entries(query) as [string, string][])}`,
  );
  return { status: response.status, body: await response.json() };
}

const namesOf = async (query: Record<string, string>) =>
  (await list(query)).body.items.map(({ name }: { name: string }) => name);

describe("the search", () => {
  beforeAll(async () => {
    await createNamed("Ada Lovelace", "ada");
    await createNamed("Zoë Ünal-Smith", "zoe-unal", "zoe@clinic.example");
    await createNamed("100% Percy_", "percy");
    await createNamed("Мария Иванова", "maria");
  });

  test.each([
    ["the beginning of a name", "ad", ["Ada Lovelace"]],
    ["the beginning of a later word", "LOVE", ["Ada Lovelace"]],
    ["a whole name", " ada  lovelace ", ["Ada Lovelace"]],
    ["a name without its accents", "zoe unal", ["Zoë Ünal-Smith"]],
    ["a name with its accents", "ünal", ["Zoë Ünal-Smith"]],
    ["a part after a hyphen", "smith", ["Zoë Ünal-Smith"]],
    ["an address", "zoe@clin", ["Zoë Ünal-Smith"]],
    ["the domain of an address", "@clinic", ["Zoë Ünal-Smith"]],
    ["a handle with its sign", "@zoe-u", ["Zoë Ünal-Smith"]],
    ["another script", "иван", ["Мария Иванова"]],
    ["a percent sign as itself", "100%", ["100% Percy_"]],
    ["no middle of a word", "velace", []],
    ["no wildcard", "%", []],
    ["no single wildcard", "_da", []],
    ["no backslash", "\\", []],
  ])("finds %s", async (_, query, names) => {
    expect(await namesOf({ query })).toEqual(names);
  });

  test("follows a changed name, address and handle", async () => {
    const id = await createNamed("Grace Hopper", "grace");
    await db().user.update({
      where: { id },
      data: { name: "Grace Murray", handle: "amazing", email: "g@navy.example" },
    });
    expect(await namesOf({ query: "hopper" })).toEqual([]);
    expect(await namesOf({ query: "grace@" })).toEqual([]);
    for (const query of ["murray", "amazing", "g@navy"])
      expect(await namesOf({ query })).toEqual(["Grace Murray"]);
  });

  test("finds no person whose erasure has started", async () => {
    const id = await createNamed("Erin Gone", "erin");
    await db().user.update({ where: { id }, data: { erasureStartedAt: new Date() } });
    expect(await namesOf({ query: "erin" })).toEqual([]);
    expect(await db().personTerm.count({ where: { userId: id } })).toBe(0);
    expect(await namesOf({ limit: "100" })).not.toContain("Erin Gone");
    expect((await admin.get(`/api/people/${id}`)).status).toBe(404);
  });

  test("shows a person once who matches with two texts, on every page", async () => {
    for (let number = 0; number < 7; number += 1)
      await createNamed(`Twin Twinson ${number}`, `twin-${number}`);
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const { body } = await list({ query: "twin", limit: "3", ...(cursor ? { cursor } : {}) });
      seen.push(...body.items.map(({ name }: { name: string }) => name));
      cursor = body.next;
    }
    expect(seen.toSorted()).toEqual(Array.from({ length: 7 }, (_, number) => `Twin Twinson ${number}`));
  });
});

describe("the filters", () => {
  test("select by role, grant and state, together too", async () => {
    const context = appContext();
    const reviewer = await createPersonWithRole(db(), "reviewer", ["contract"], "Filter Reviewer");
    const suspended = await createMember("Filter Suspended");
    const left = await createMember("Filter Left");
    const both = await createMember("Filter Both");
    const now = new Date();
    await db().user.update({ where: { id: suspended.id }, data: { suspendedAt: now } });
    await db().user.update({ where: { id: left.id }, data: { leftAt: now } });
    await db().user.update({ where: { id: both.id }, data: { leftAt: now, suspendedAt: now } });
    const idsOf = async (filter: object) =>
      (await listPeople(context, peopleFilterSchema.parse({ limit: 100, ...filter }))).items.map(
        ({ id }) => id,
      );
    for (const query of [undefined, "filter"]) {
      expect(await idsOf({ query, role: "reviewer" })).toEqual([reviewer.id]);
      expect(await idsOf({ query, grant: "contract" })).toEqual([reviewer.id]);
      expect((await idsOf({ query, state: "suspended" })).toSorted()).toEqual(
        [suspended.id, both.id].toSorted(),
      );
      expect(await idsOf({ query, state: "left" })).toEqual([left.id]);
      const active = await idsOf({ query, state: "active" });
      expect(active).toContain(reviewer.id);
      expect(active).not.toContain(suspended.id);
      expect(active).not.toContain(left.id);
      expect(await idsOf({ query, state: "suspended", role: "reviewer" })).toEqual([]);
      const missing = { query, secondFactor: "missing" };
      await db().user.update({ where: { id: reviewer.id }, data: { hasSecondFactor: false } });
      expect(await idsOf(missing)).toContain(reviewer.id);
      expect(await idsOf(missing)).not.toContain(left.id);
      await db().user.update({ where: { id: reviewer.id }, data: { hasSecondFactor: true } });
      expect(await idsOf(missing)).not.toContain(reviewer.id);
    }
  });

  test("find invited people, who have no account yet", async () => {
    const people = [
      { email: "invited.one@school.example", name: "Tova Invited", role: "reviewer", fields: ["contract"] },
      { email: "invited.two@school.example" },
      { email: "invited.three@school.example" },
    ];
    const sent = await admin.request("POST", "/api/invitations", { body: { people } });
    const ids = (await sent.json()).results.map(({ id }: { id: string }) => id);
    const idsOf = async (filter: Record<string, string>) =>
      (await list({ state: "invited", ...filter })).body.items.map(({ id }: { id: string }) => id);
    const first = await list({ state: "invited", limit: "2" });
    const second = await list({ state: "invited", limit: "2", cursor: first.body.next });
    const all = [...first.body.items, ...second.body.items].map(({ id }) => id);
    expect(all).toEqual(ids.toSorted().toReversed());
    expect(second.body.next).toBeNull();
    for (const query of ["tov", "INVITED.one", "invited"]) expect(await idsOf({ query })).toContain(ids[0]);
    expect(await idsOf({ query: "nvited" })).toEqual([]);
    expect(await idsOf({ role: "reviewer", grant: "contract" })).toEqual([ids[0]]);
    expect(await idsOf({ role: "admin" })).toEqual([]);
    expect((await list({ state: "invited", query: "tova" })).body.items).toEqual([
      {
        id: ids[0],
        ...people[0],
        state: "invited",
        secondFactor: false,
        createdAt: expect.any(String),
      },
    ]);
  });

  test("show each person as the contract says, newest first", async () => {
    const { id, email } = await createPersonWithRole(
      db(),
      "reviewer",
      ["medicalLetter", "contract"],
      "Newest",
    );
    await db().user.update({ where: { id }, data: { workName: "Reviewer N." } });
    const { body } = await list({ limit: "1" });
    expect(body.next).toEqual(expect.any(String));
    expect(body.items).toEqual([
      {
        id,
        name: "Newest",
        workName: "Reviewer N.",
        email,
        role: "reviewer",
        fields: ["contract", "medicalLetter"],
        state: "active",
        secondFactor: false,
        createdAt: expect.any(String),
        lastSeenAt: expect.any(String),
      },
    ]);
    expect(await (await admin.get(`/api/people/${id}`)).json()).toEqual(body.items[0]);
  });

  test("walk through all people page by page", async () => {
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const { body } = await list({ limit: "4", ...(cursor ? { cursor } : {}) });
      seen.push(...body.items.map(({ id }: { id: string }) => id));
      cursor = body.next;
    }
    const all = await db().user.findMany({ where: { erasureStartedAt: null }, orderBy: { id: "desc" } });
    expect(seen).toEqual(all.map(({ id }) => id));
  });

  test.each([
    { cursor: "x" },
    { cursor: Buffer.from('["a"]').toString("base64url") },
    { cursor: Buffer.from(JSON.stringify(["\u0000", newId()])).toString("base64url") },
    { query: "\u0000" },
    { limit: "101" },
    { limit: "0" },
    { role: "owner" },
    { grant: "profilePicture" },
    { grant: "constructor" },
    { state: "gone" },
    { secondFactor: "present" },
    { query: "x".repeat(201) },
  ] satisfies Partial<
    Record<"query" | "cursor" | "limit" | "role" | "grant" | "state" | "secondFactor", string>
  >[])("reject %j", async (query) => {
    const { status } = await list({ query: "a", ...query });
    expect(status).toBe(422);
  });
});
