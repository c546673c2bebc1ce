import { afterAll, beforeAll, expect, test } from "vitest";
import { appContext, db, storages } from "@/app/_server/app-context";
import type { AppContext } from "@/lib/app-context";
import { signPageUrl } from "@/lib/files/signed-urls";
import { DecoderPool } from "@/lib/inspect/decoder-pool";
import { blankPdf } from "@/lib/inspect/testing/documents";
import { OUR_FAILURES, scriptedDecoders } from "@/lib/inspect/testing/scripted-decoders";
import type { Storage } from "@/lib/storage/storage";
import { samplePdf } from "@/tests/support/app/documents";
import { createMember, type Person } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

let environment: TestEnvironment;
let ada: Person;

beforeAll(async () => {
  environment = await createTestEnvironment();
  ada = await createMember("Ada");
});
afterAll(async () => {
  otherDecoders.close();
  await environment.drop();
});

/** Of another process. */
const otherDecoders = new DecoderPool();

/** Wraps the storage with a hook before each write. */
function before(real: Storage, happen: () => Promise<unknown>): Storage {
  return new Proxy(real, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      const method = value.bind(target);
      return name === "put" ? (...given: unknown[]) => happen().then(() => method(...given)) : method;
    },
  });
}

async function letter(): Promise<{
  id: string;
  prefix: string;
  open(happen: () => Promise<unknown>, more?: Partial<AppContext>): Promise<string>;
}> {
  const { id } = await ada.uploadFile("medicalLetter", await samplePdf(), { type: "application/pdf" });
  const { prefix } = await db().file.findUniqueOrThrow({ where: { id } });
  const { name, email, handle, role } = await db().user.findUniqueOrThrow({ where: { id: ada.id } });
  const viewer = { id: ada.id, name, email, handle, role, grants: [] };
  const open = (happen: () => Promise<unknown>, more: Partial<AppContext> = {}) => {
    const watched = { ...storages(), private: before(storages().private, happen) };
    return signPageUrl({ ...appContext(), storages: watched, ...more }, viewer, id, 1, {
      address: null,
      userAgent: null,
    });
  };
  return { id, prefix, open };
}

async function keys(prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of storages().private.list(prefix)) found.push(key);
  return found;
}

test("a page image is deleted if its file is withdrawn during rendering", async () => {
  const { id, prefix, open } = await letter();
  await expect(open(() => ada.request("DELETE", `/api/files/${id}`))).rejects.toMatchObject({
    code: "purged",
  });
  expect(await keys(prefix)).toEqual([]);
  expect(await db().purge.count({ where: { fileId: id } })).toBe(0);
});

test("a page image is stored once for two concurrent requests", async () => {
  const { id, prefix, open } = await letter();
  // Another process draws the same page at the same time.
  await open(() => open(() => Promise.resolve(), { decoders: otherDecoders }));
  expect(await keys(prefix)).toEqual([`${prefix}original`, expect.stringContaining("pages/1-")]);
  expect(await db().purge.count({ where: { fileId: id } })).toBe(0);
});

test("a page image stays although a concurrent rendering failed", async () => {
  const { prefix, open } = await letter();
  const failing = { onCrashPoint: () => Promise.reject(new Error("The database is unavailable.")) };
  const other = { decoders: otherDecoders };
  await expect(open(() => open(() => Promise.resolve(), other), failing)).rejects.toThrow(
    "The database is unavailable.",
  );
  expect(await keys(prefix)).toEqual([`${prefix}original`, expect.stringContaining("pages/1-")]);
});

test("a page image is scheduled for purge before it is written", async () => {
  const { id, prefix, open } = await letter();
  await open(async () => {
    const [purge] = await db().purge.findMany({ where: { fileId: id } });
    expect(purge).toMatchObject({
      storage: "private",
      prefix: expect.stringContaining(`${prefix}pages/1-`),
    });
    expect(purge?.dueAt.getTime()).toBeGreaterThan(Date.now() + appContext().limits.sweepGrace * 1000);
  });
});

test("a page image is rendered once for all who wait for it", async () => {
  const { open } = await letter();
  let writes = 0;
  const count = async () => {
    writes += 1;
  };
  const urls = await Promise.all(Array.from({ length: 5 }, () => open(count)));
  expect(writes).toBe(1);
  expect(new Set(urls.map((url) => new URL(url, "http://localhost").pathname)).size).toBe(1);
});

test("a page image is deleted after its day", async () => {
  const { prefix, open } = await letter();
  await open(() => Promise.resolve());
  const due = await db().purge.findMany({ where: { prefix: { startsWith: `${prefix}pages/` } } });
  expect(due).toMatchObject([{ storage: "private", fileId: null }]);
  const hours = ((due[0]?.dueAt.getTime() ?? 0) - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(24);
  expect(hours).toBeLessThanOrEqual(25);
});

test.each(OUR_FAILURES)("%s of the decoder does not end the drawing of a page", async (_, response) => {
  const { open } = await letter();
  const failing = { decoders: scriptedDecoders(response) };
  await expect(open(() => Promise.resolve(), failing)).rejects.toMatchObject({ code: "unavailable" });
  expect(await open(() => Promise.resolve())).toContain("pages/1-");
});

test.each([
  ["memory", 1],
  ["time", 2],
] as const)("draws a page that takes too much %s at most %i times", async (limit, attempts) => {
  const { open } = await letter();
  const decoders = scriptedDecoders({ kind: "limit", limit });
  const codes: string[] = [];
  for (let request = 0; request < 4; request += 1)
    await open(() => Promise.resolve(), { decoders }).catch(({ code }) => codes.push(code));
  expect(codes).toHaveLength(4);
  expect(codes.slice(attempts - 1)).toEqual(codes.slice(attempts - 1).fill("unreadable_file"));
  expect(decoders.jobs).toBe(attempts);
});

test("reads no document that was too large to inspect for a page", async () => {
  const { id, open } = await letter();
  await db().file.update({ where: { id }, data: { pages: null } });
  const decoders = scriptedDecoders({ kind: "failed", reason: "must not run" });
  await expect(open(() => Promise.resolve(), { decoders })).rejects.toMatchObject({
    code: "unreadable_file",
    detail: expect.stringMatching(/too large to be displayed/),
  });
  expect(decoders.jobs).toBe(0);
});

test("a tall page has tiles, and more detail of each", async () => {
  const thin = await blankPdf(595, 20_000);
  const { id, pageTiles } = await ada.uploadFile("medicalLetter", thin, { type: "application/pdf" });
  expect(pageTiles).toEqual([9]);
  const status = async (query: string) => (await ada.get(`/api/files/${id}/pages/1${query}`)).status;
  expect(await status("?tile=9")).toBe(302);
  expect(await status("?tile=2&detail=2&cell=4")).toBe(302);
  for (const query of ["?tile=10", "?cell=2", "?detail=2&cell=5"]) expect(await status(query)).toBe(404);
  for (const query of ["?tile=0", "?detail=3", "?cell=x", "?tile=1e9"]) expect(await status(query)).toBe(422);
});
