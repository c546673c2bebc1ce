import { afterAll, beforeAll, expect, test } from "vitest";
import { appContext, db, storages } from "@/app/_server/app-context";
import type { AppContext } from "@/lib/app-context";
import { signPageUrl } from "@/lib/files/signed-urls";
import type { Storage } from "@/lib/storage/storage";
import { samplePdf } from "@/tests/support/app/documents";
import { type Person, signUp } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

let environment: TestEnvironment;
let ada: Person;

beforeAll(async () => {
  environment = await createTestEnvironment();
  ada = await signUp("Ada");
});
afterAll(() => environment.drop());

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
  await open(() => open(() => Promise.resolve()));
  expect(await keys(prefix)).toEqual([`${prefix}original`, expect.stringContaining("pages/1-")]);
  expect(await db().purge.count({ where: { fileId: id } })).toBe(0);
});

test("a page image stays although a concurrent rendering failed", async () => {
  const { prefix, open } = await letter();
  const failing = { onCrashPoint: () => Promise.reject(new Error("The database is unavailable.")) };
  await expect(open(() => open(() => Promise.resolve()), failing)).rejects.toThrow(
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
