import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { db } from "@/app/_server/app-context";
import { newId } from "@/lib/id";
import type { AskResult } from "@/lib/requests/ask-members";
import type { RequestPage } from "@/lib/requests/list-requests";
import { samplePdf } from "@/tests/support/app/documents";
import { createMember, createPersonWithRole, type Person, sendRequest } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

let environment: TestEnvironment;
let ada: Person;
let bob: Person;
let admin: Person;

beforeAll(async () => {
  environment = await createTestEnvironment();
});
beforeEach(async () => {
  [ada, bob] = [await createMember("Ada"), await createMember("Bob")];
  admin = await createPersonWithRole(db(), "admin", []);
});
afterAll(() => environment.drop());

async function ask(body: object): Promise<AskResult[]> {
  const response = await admin.post("/api/requests", { field: "contract", ...body });
  expect(response.status).toBe(200);
  return (await response.json()).results;
}

async function list(person: Person, query = ""): Promise<RequestPage> {
  const response = await person.get(`/api/requests${query}`);
  expect(response.status).toBe(200);
  return response.json();
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

describe("a member", () => {
  test("is asked, sends the document and is no longer asked", async () => {
    const dueAt = inDays(10);
    const [result] = await ask({ emails: [ada.email], message: " For the new role. ", dueAt });
    const { items, counts } = await list(ada);
    expect(items).toEqual([
      {
        id: result?.id,
        member: { id: ada.id, name: "Ada" },
        field: "contract",
        message: "For the new role.",
        dueAt,
        state: "open",
        createdAt: expect.any(String),
      },
    ]);
    expect(counts).toMatchObject({ open: { count: 1, capped: false }, fulfilled: { count: 0 } });
    const file = await ada.uploadFile("contract", await samplePdf(), { type: "application/pdf" });
    expect((await list(ada)).items).toMatchObject([
      { state: "fulfilled", file: { id: file.id, status: "stored" } },
    ]);
    expect((await ada.request("DELETE", `/api/files/${file.id}`)).status).toBe(204);
    expect((await list(ada)).items).toMatchObject([{ state: "open" }]);
  });

  test("sees no request of another member", async () => {
    await ask({ members: [ada.id] });
    await ask({ members: [bob.id], message: "Only for Bob" });
    for (const query of ["", `?member=${bob.id}`, "?state=open"]) {
      const page = await list(ada, query);
      expect(page.items.map(({ member }) => member.id)).toEqual([ada.id]);
      expect(page.counts.open.count).toBe(1);
      expect(JSON.stringify(page)).not.toContain("Bob");
    }
  });

  test("cannot ask or cancel", async () => {
    const [result] = await ask({ members: [ada.id] });
    const body = { field: "contract", members: [ada.id] };
    expect((await ada.post("/api/requests", body)).status).toBe(403);
    expect((await ada.request("DELETE", `/api/requests/${result?.id}`)).status).toBe(403);
    expect((await list(ada)).items).toMatchObject([{ state: "open" }]);
  });

  test("has the requests in the export", async () => {
    await ask({ members: [ada.id], message: "Please", dueAt: "2030-03-03" });
    const { requests } = await (await ada.get("/api/account/export")).json();
    expect(requests).toMatchObject([
      { field: "contract", state: "open", message: "Please", dueAt: "2030-03-03T23:59:59.999Z" },
    ]);
    expect(JSON.stringify(requests)).not.toContain(admin.id);
  });
});

describe("the list for admins", () => {
  /** Creates requests of a field of their own: a third without a due date, a third overdue. */
  async function createRequests(count: number, state: "open" | "fulfilled" = "open"): Promise<string> {
    const field = `f${newId().slice(-12)}`;
    for (let index = 0; index < count; index += 1) {
      const dueAt =
        index % 3 === 0 ? null : new Date(Date.now() + (index % 3 === 1 ? -1 : 1) * (1 + index) * 60_000);
      const { id } = await createMember();
      await db().request.create({
        data: { id: newId(), memberId: id, field, dueAt, state, createdAt: new Date() },
      });
    }
    return field;
  }

  async function readAll(query: string): Promise<RequestPage["items"]> {
    const items: RequestPage["items"] = [];
    let next: string | null = null;
    do {
      const page: RequestPage = await list(admin, `${query}${next ? `&cursor=${next}` : ""}`);
      items.push(...page.items);
      next = page.next;
    } while (next);
    return items;
  }

  test("has every request once, in each state", async () => {
    const field = await createRequests(170);
    const [all, open, overdue] = [
      await readAll(`?field=${field}`),
      await readAll(`?field=${field}&state=open`),
      await readAll(`?field=${field}&state=overdue`),
    ];
    const ids = (items: RequestPage["items"]) => items.map(({ id }) => id);
    expect(new Set(ids(all)).size).toBe(170);
    expect(ids(all)).toEqual(ids(all).toSorted().reverse());
    expect(new Set([...ids(open), ...ids(overdue)])).toEqual(new Set(ids(all)));
    expect([open.length, overdue.length]).toEqual([113, 57]);
    expect(overdue.every(({ state }) => state === "overdue")).toBe(true);
    const dates = open.map(({ dueAt }) => dueAt ?? "last");
    expect(dates).toEqual(dates.toSorted());
    const { counts } = await list(admin, `?field=${field}`);
    expect(counts).toEqual({
      open: { count: 113, capped: false },
      overdue: { count: 57, capped: false },
      fulfilled: { count: 0, capped: false },
      cancelled: { count: 0, capped: false },
    });
  });

  test("has those that ended with the latest due date first", async () => {
    const field = await createRequests(61, "fulfilled");
    const ended = await readAll(`?field=${field}&state=fulfilled`);
    expect(ended).toHaveLength(61);
    const dates = ended.map(({ dueAt }) => dueAt ?? "0 last");
    expect(dates).toEqual(dates.toSorted().reverse());
  });

  test("has a request for a field that was removed", async () => {
    const id = newId();
    await db().request.create({ data: { id, memberId: ada.id, field: "removed", createdAt: new Date() } });
    expect((await list(admin, "?field=removed")).items).toMatchObject([{ id, field: "removed" }]);
    expect((await admin.request("DELETE", `/api/requests/${id}`)).status).toBe(204);
    expect((await admin.request("DELETE", `/api/requests/${id}`)).status).toBe(204);
    expect((await list(admin, "?field=removed&state=cancelled")).items).toHaveLength(1);
  });

  test("can be of one member", async () => {
    await ask({ members: [ada.id, bob.id] });
    const { items, counts } = await list(admin, `?member=${ada.id}`);
    expect(items.map(({ member }) => member.id)).toEqual([ada.id]);
    expect(counts.open.count).toBe(1);
  });
});

test.each([
  ["no field", { members: ["a"] }],
  ["an unknown field", { field: "nothing", members: ["a"] }],
  ["an inherited name as the field", { field: "constructor", members: ["a"] }],
  ["a field of public files", { field: "profilePicture", members: ["a"] }],
  ["no member", { field: "contract" }],
  ["an empty list", { field: "contract", members: [] }],
  ["both members and addresses", { field: "contract", members: ["a"], emails: ["a@example.org"] }],
  ["501 members", { field: "contract", members: Array.from({ length: 501 }, () => "a") }],
  ["an object as a member", { field: "contract", members: [{ not: "" }] }],
  ["a message of 501 characters", { field: "contract", members: ["a"], message: "a".repeat(501) }],
  ["a message with a NUL", { field: "contract", members: ["a"], message: "a\u0000b" }],
  ["a day that does not exist", { field: "contract", members: ["a"], dueAt: "2030-02-30" }],
  ["a due date that is over", { field: "contract", members: ["a"], dueAt: "2020-01-01" }],
  ["an unknown property", { field: "contract", members: ["a"], state: "fulfilled" }],
])("a request is refused with %s", async (_, body) => {
  const before = await db().request.count();
  const response = await admin.post("/api/requests", body);
  expect(response.status).toBe(422);
  expect((await response.json()).code).toBe("invalid");
  expect(await db().request.count()).toBe(before);
});

test("a list is refused with a filter that does not exist", async () => {
  const bad = ["state=late", "member=ada", "cursor=x", `cursor=${btoa("[1,2]")}`, "other=1"];
  for (const query of bad) expect((await admin.get(`/api/requests?${query}`)).status).toBe(422);
});

test("the fields say whom we ask for them", async () => {
  const { fields } = await (await sendRequest("GET", "/api/fields")).json();
  const asked = Object.fromEntries(
    fields.map(({ name, asked }: { name: string; asked?: string }) => [name, asked]),
  );
  expect(asked).toEqual({
    profilePicture: undefined,
    dbsCertificate: "everyone",
    medicalLetter: "on request",
    contract: "everyone",
  });
});
