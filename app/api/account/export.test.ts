import { createHash } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { appContext, db } from "@/app/_server/app-context";
import { type Export, writeExport } from "@/lib/accounts/export";
import { appendToTrail } from "@/lib/audit/trail";
import { instantBefore } from "@/lib/clock";
import type { FileView } from "@/lib/files/file";
import { newId } from "@/lib/id";
import { RECORDS } from "@/lib/retention/records";
import { runRetention } from "@/lib/retention/run-retention";
import { samplePdf } from "@/tests/support/app/documents";
import {
  createMember,
  createPersonWithRole,
  fetchUrl,
  type Person,
  signUp,
} from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

let environment: TestEnvironment;
let [ada, bo, grace]: Person[] = [];
let letterOf: Map<Person | undefined, FileView>;

beforeAll(async () => {
  environment = await createTestEnvironment();
  ada = await createMember("Ada Lovelace");
  bo = await createMember("Bo Bartlett");
  grace = await createPersonWithRole(db(), "reviewer", ["medicalLetter"], "Grace Hopper");
  letterOf = new Map();
  for (const person of [ada, bo, grace]) {
    const pdf = await samplePdf();
    letterOf.set(
      person,
      await person.uploadFile("medicalLetter", pdf, { type: "application/pdf", name: "letter.pdf" }),
    );
  }
  for (const person of [ada, bo]) await decide(person);
  await db().session.updateMany({ data: { device: "Firefox" } });
});
afterAll(() => environment.drop());

/** Lets Grace open and return the letter. Her note is for other reviewers. */
async function decide(person: Person): Promise<void> {
  const { id, sha256 } = letterOf.get(person) as FileView;
  await grace?.request("PUT", `/api/reviews/${id}/claim`);
  expect((await grace?.get(`/api/files/${id}/pages/1`))?.status).toBe(302);
  const body = {
    outcome: "request_changes",
    reason: "incomplete",
    message: "The second page is missing.",
    note: "Looks forged to me",
    sha256,
  };
  const response = await grace?.post(`/api/reviews/${id}/decision`, body);
  expect(response?.status, await response?.clone().text()).toBe(200);
  await db().$transaction((tx) =>
    appendToTrail(tx, appContext(), [
      {
        event: "hold.placed",
        byId: grace?.id ?? "",
        subjectId: id,
        detail: {},
        personal: { personId: person.id, text: "A court asks for it" },
      },
      { event: "access.assigned", subjectId: person.id, detail: { role: "member" } },
    ]),
  );
}

async function exportOf(person: Person | undefined): Promise<{ text: string; data: Export }> {
  const response = await person?.get("/api/account/export");
  expect(response?.status).toBe(200);
  expect(response?.headers.get("cache-control")).toBe("private, no-store");
  expect(response?.headers.get("content-type")).toBe("application/json");
  const text = (await response?.text()) ?? "";
  return { text, data: JSON.parse(text) };
}

test("a session lives as long as the list of records says", async () => {
  const { id } = await signUp();
  const { createdAt, expiresAt } = await db().session.findFirstOrThrow({ where: { userId: id } });
  const life = RECORDS.find(({ places }) => places.includes("Session"))?.life;
  const start = instantBefore(expiresAt, life && "for" in life ? life.for : "");
  expect(Math.abs(start.getTime() - createdAt.getTime())).toBeLessThan(5000);
});

describe("the export", () => {
  test("has everything about the member, and nothing about another", async () => {
    const { text, data } = await exportOf(ada);
    const letter = letterOf.get(ada) as FileView;
    expect(data.profile).toMatchObject({
      id: ada?.id,
      name: "Ada Lovelace",
      email: ada?.email,
      role: "member",
    });
    expect(data.files).toMatchObject([
      {
        id: letter.id,
        sha256: letter.sha256,
        status: "changes_requested",
        path: expect.stringMatching(/^documents\/Medical letter\/\d{4}-\d\d-\d\d letter\.pdf$/),
        content: `/api/files/${letter.id}/content?intent=download`,
      },
    ]);
    expect(data.accesses).toMatchObject([
      { file: letter.id, intent: "view", by: { name: "Grace Hopper", role: "reviewer" } },
    ]);
    expect(data.decisions).toMatchObject([
      { file: letter.id, outcome: "request_changes", message: "The second page is missing." },
    ]);
    expect(data.sessions).toMatchObject([{ device: "Firefox" }]);
    expect(data.trail.map((item) => (item as { event: string }).event).toSorted()).toEqual([
      "access.assigned",
      "hold.placed",
    ]);
    expect(data.receipts).toEqual([]);
    for (const foreign of [bo?.id, bo?.email, "Bo Bartlett", letterOf.get(bo)?.id, letterOf.get(grace)?.id])
      expect(text).not.toContain(foreign);
  });

  test("has no secret, no internal note, and no other names", async () => {
    const { text, data } = await exportOf(ada);
    for (const { token } of await db().session.findMany()) expect(text).not.toContain(token);
    for (const hidden of [grace?.id, grace?.email, "forged", "A court asks", "prefix", '"password":'])
      expect(text).not.toContain(hidden);
    expect(JSON.stringify({ ...data, accesses: [] })).not.toContain("Grace");
  });

  test("shows the accesses as the list of one file does", async () => {
    const letter = letterOf.get(ada) as FileView;
    const list = await (await ada?.get(`/api/files/${letter.id}/accesses`))?.json();
    const { data } = await exportOf(ada);
    expect(data.accesses).toEqual(list.items.map((item: object) => ({ file: letter.id, ...item })));
  });

  test("of a reviewer is about the reviewer's own files", async () => {
    const { text, data } = await exportOf(grace);
    expect(data.files.map(({ id }) => id)).toEqual([letterOf.get(grace)?.id]);
    expect(data.decisions).toEqual([]);
    expect(data.accesses).toEqual([]);
    for (const person of [ada, bo])
      for (const foreign of [person?.id, person?.email, letterOf.get(person)?.id])
        expect(text).not.toContain(foreign);
  });

  test("leads to the bytes, and each request is in the access log", async () => {
    const { data } = await exportOf(bo);
    const [file] = data.files;
    const before = await db().access.count({ where: { byId: bo?.id ?? "" } });
    const response = await bo?.get(file?.content ?? "");
    expect(response?.status).toBe(302);
    const bytes = await (await fetchUrl(response?.headers.get("location") ?? "")).arrayBuffer();
    expect(createHash("sha256").update(Buffer.from(bytes)).digest("base64")).toBe(file?.sha256);
    const own = { byId: bo?.id ?? "", intent: "download" as const };
    expect(await db().access.count({ where: own })).toBe(before + 1);
    expect((await ada?.get(file?.content ?? ""))?.status).toBe(404);
  });

  test("lists a destroyed file with its receipt and without its bytes", async () => {
    const cy = await createMember("Cy");
    const { id } = await cy.uploadFile("contract", await samplePdf(), { type: "application/pdf" });
    // The first run dates the files of a new field.
    await runRetention(appContext());
    await db().file.update({ where: { id }, data: { keepUntil: new Date(1) } });
    await runRetention(appContext());
    const { data } = await exportOf(cy);
    expect(data.files).toMatchObject([{ id, purgedAt: expect.any(String), receipt: true }]);
    expect(data.files[0]).not.toHaveProperty("content");
    expect(data.receipts).toMatchObject([{ file: { id }, reason: "retention" }]);
  });

  test("is refused before its first byte if the database is away", async () => {
    const failure = Object.assign(new Error("down"), { code: "ECONNREFUSED" });
    const find = vi.spyOn(db().user, "findUniqueOrThrow").mockRejectedValue(failure);
    expect((await ada?.get("/api/account/export"))?.status).toBe(503);
    find.mockRestore();
  });

  test("breaks off if the database fails later", async () => {
    const find = vi.spyOn(db().receipt, "findMany").mockRejectedValue(new Error("gone"));
    const response = await ada?.get("/api/account/export");
    await expect(response?.text()).rejects.toThrow();
    find.mockRestore();
  });
});

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

describe("a large account", () => {
  const FILES = 10_000;
  const ACCESSES = 100_000;
  const GIB = 1024 ** 3;

  test("is exported in pages, each file once, in bounded memory", async () => {
    const dan = await createMember("Dan");
    await createFiles(dan.id, FILES, GIB / FILES);
    for (let round = 0; round < ACCESSES / FILES; round += 1)
      await db().$executeRaw`
        INSERT INTO "Access" (id, "fileId", "byId", "byName", "byRole", intent, at)
        SELECT gen_random_uuid(), id, "ownerId", 'Dan', 'member', 'download', now()
        FROM "File" WHERE "ownerId" = ${dan.id}::uuid`;
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    let [most, bytes] = [0, 0];
    const [chunks, sizes]: [string[], number[]] = [[], []];
    for await (const chunk of writeExport(appContext(), dan.viewer)) {
      collectGarbage();
      most = Math.max(most, process.memoryUsage().heapUsed - before);
      bytes += chunk.length;
      sizes.push(chunk.length);
      // Only the paths stay, for the comparison below.
      chunks.push(
        ...(Buffer.from(chunk)
          .toString()
          .match(/"path":"[^"]+"/g) ?? []),
      );
    }
    expect(new Set(chunks).size).toBe(FILES);
    expect(Math.max(...sizes), "bytes of the largest page").toBeLessThan(2_000_000);
    expect(most, "bytes of the heap").toBeLessThan(64 * 1024 * 1024);
    expect(bytes).toBeGreaterThan(10_000_000);
  }, 120_000);

  test("of 1 GiB is less than 1 MB of JSON", async () => {
    const eve = await createMember("Eve");
    await createFiles(eve.id, 1000, GIB / 1000);
    expect((await exportOf(eve)).text.length).toBeLessThan(1_000_000);
  });

  async function createFiles(ownerId: string, count: number, size: number): Promise<void> {
    const data = Array.from({ length: count }, (_, index) => ({
      id: newId(),
      ownerId,
      field: "contract",
      name: "contract.pdf",
      type: "application/pdf",
      size: BigInt(Math.round(size)),
      sha256: createHash("sha256").update(String(index)).digest("base64"),
      prefix: `${newId()}/`,
      visibility: "private" as const,
      status: "stored" as const,
      // Many of one day, with one name.
      createdAt: new Date(Date.UTC(2026, 0, 1) + (index % 3) * 1000),
    }));
    await db().file.createMany({ data });
  }
});
