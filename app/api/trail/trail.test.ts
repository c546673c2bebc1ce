import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { appContext, db } from "@/app/_server/app-context";
import { erasePeopleFromTrail } from "@/lib/audit/erase-people";
import { emptyTrail, testEntry } from "@/lib/audit/testing/trail-fixture";
import { appendToTrail, type TrailEntry } from "@/lib/audit/trail";
import { newId } from "@/lib/id";
import { createPersonWithRole, type Person } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

let environment: TestEnvironment;
let admin: Person;

beforeAll(async () => {
  environment = await createTestEnvironment();
  admin = await createPersonWithRole(db(), "admin", []);
});
beforeEach(() => emptyTrail(db()));
afterAll(() => environment.drop());

/** Appends entries at a time, one transaction for all. */
function appendAt(time: string, ...entries: TrailEntry[]): Promise<unknown> {
  const context = { ...appContext(), clock: { now: () => new Date(time) } };
  return db().$transaction((tx) => appendToTrail(tx, context, entries));
}

async function search(query = "") {
  const response = await admin.get(`/api/trail${query}`);
  return { status: response.status, body: await response.json() };
}

const objectsOf = (items: { detail: { objects: number } }[]) => items.map(({ detail }) => detail.objects);

describe("GET /api/trail", () => {
  test("returns an entry with everything that its hash covers", async () => {
    const [subject, by] = [newId(), newId()];
    const personal = { personId: subject, text: "Ada Lovelace" };
    await appendAt("2026-03-01T10:00:00Z", {
      event: "hold.placed",
      subjectId: subject,
      byId: by,
      detail: {},
      personal,
    });
    const { body } = await search();
    const { seq, hash } = await db().trail.findFirstOrThrow();
    expect(body).toEqual({
      items: [
        {
          seq: Number(seq),
          at: "2026-03-01T10:00:00.000Z",
          event: "hold.placed",
          by,
          subject,
          detail: {},
          personal: "Ada Lovelace",
          hash,
        },
      ],
      next: null,
    });
  });

  test("returns null for personal data that were erased", async () => {
    const subject = newId();
    const personal = { personId: subject, text: "Ada Lovelace" };
    await appendAt("2026-03-01T10:00:00Z", {
      event: "hold.placed",
      subjectId: subject,
      detail: {},
      personal,
    });
    await db().$transaction((tx) => erasePeopleFromTrail(tx, appContext(), [subject]));
    const { body } = await search("?event=hold.placed");
    expect(body.items).toMatchObject([{ subject, personal: null }]);
  });

  test("filters by subject, person, event and time", async () => {
    const [file, person] = [newId(), newId()];
    await appendAt("2026-03-01T23:59:59.999Z", testEntry(file, 1));
    await appendAt("2026-03-02T00:00:00Z", { ...testEntry(newId(), 2), byId: person });
    await appendAt("2026-03-03T12:00:00Z", { ...testEntry(file, 3), event: "file.held", byId: person });
    const found = async (query: string) => objectsOf((await search(query)).body.items);
    expect(await found("")).toEqual([3, 2, 1]);
    expect(await found(`?subject=${file}`)).toEqual([3, 1]);
    expect(await found(`?by=${person}`)).toEqual([3, 2]);
    expect(await found("?event=file.held")).toEqual([3]);
    expect(await found("?to=2026-03-01")).toEqual([1]);
    expect(await found("?from=2026-03-02&to=2026-03-02")).toEqual([2]);
    expect(await found("?from=2026-03-03T12:00:00Z")).toEqual([3]);
    expect(await found("?to=2026-03-02T00:00:00Z")).toEqual([2, 1]);
    expect(await found(`?by=${person}&subject=${file}&event=bytes.destroyed`)).toEqual([]);
  });

  test("pages without a gap while entries of the same time are added", async () => {
    const time = "2026-03-01T10:00:00Z";
    await appendAt(time, ...Array.from({ length: 120 }, (_, index) => testEntry(newId(), index)));
    const first = (await search()).body;
    await appendAt("2026-03-02T10:00:00Z", testEntry(newId(), 1000));
    const second = (await search(`?cursor=${first.next}`)).body;
    const third = (await search(`?cursor=${second.next}`)).body;
    const all = [first, second, third].flatMap(({ items }) => objectsOf(items));
    expect(all).toEqual(Array.from({ length: 120 }, (_, index) => 119 - index));
    expect(third.next).toBeNull();
  });

  test.each([
    "subject=x",
    "by=1",
    "from=yesterday",
    "to=2026-02-30",
    "cursor=x",
    "cursor=999999",
    "event=%00",
  ])("rejects the query %s", async (query) => {
    expect(await search(`?${query}`)).toMatchObject({ status: 422, body: { code: "invalid" } });
  });
});

describe("GET /api/trail/csv", () => {
  const download = async (query = "") => {
    const response = await admin.get(`/api/trail/csv${query}`);
    return { response, lines: (await response.text()).split("\r\n") };
  };

  test("sends a file with the entries that match", async () => {
    const subject = newId();
    await appendAt("2026-03-01T10:00:00Z", testEntry(subject, 1), testEntry(newId(), 2));
    const { response, lines } = await download(`?subject=${subject}`);
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(response.headers.get("content-disposition")).toBe('attachment; filename="audit-trail.csv"');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain("number,time,event,by,about,details,personal data,hash");
    const detail = '"{""reason"":""withdrawn"",""objects"":1,""storage"":""private""}"';
    expect(lines[1]).toContain(`2026-03-01T10:00:00.000Z,bytes.destroyed,,${subject},${detail},,`);
  });

  test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1"])("sends %j as a text, no formula", async (text) => {
    const subject = newId();
    const entry = {
      event: "hold.placed",
      subjectId: subject,
      detail: {},
      personal: { personId: subject, text },
    };
    await appendAt("2026-03-01T10:00:00Z", entry);
    expect((await download()).lines[1]).toContain(`,'${text},`);
  });

  test("reads one page at a time, as fast as the browser reads", async () => {
    await appendAt(
      "2026-03-01T10:00:00Z",
      ...Array.from({ length: 1800 }, (_, index) => testEntry(newId(), index)),
    );
    const read = vi.spyOn(db().trail, "findMany");
    const { body } = await admin.get("/api/trail/csv");
    const reader = body?.getReader();
    await reader?.read();
    await reader?.read();
    expect(read.mock.calls.length).toBeLessThanOrEqual(2);
    for (const [query] of read.mock.calls) expect(query?.take).toBeLessThan(1000);
    await reader?.cancel();
    expect((await download()).lines).toHaveLength(1802);
    read.mockRestore();
  });
});
