import { afterAll, beforeAll, expect, test } from "vitest";
import { db, appContext, storages } from "@/app/_server/app-context";
import { samplePdf } from "@/tests/support/app/documents";
import { type Person, signUp } from "@/tests/support/app/person";
import type { AppContext } from "@/lib/app-context";
import { signPageUrl } from "@/lib/files/signed-urls";
import type { Storage } from "@/lib/storage/storage";
import { type TestEnvironment, createTestEnvironment } from "@/tests/support/environment";

let environment: TestEnvironment;
let ada: Person;

beforeAll(async () => {
  environment = await createTestEnvironment();
  ada = await signUp("Ada");
});
afterAll(() => environment.drop());

/** The same storage, where something happens right before anything is written. */
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

test("a page that is drawn while its file is destroyed is destroyed with it", async () => {
  const { id, prefix, open } = await letter();
  await expect(open(() => ada.request("DELETE", `/api/files/${id}`))).rejects.toMatchObject({ code: "purged" });
  expect(await keys(prefix)).toEqual([]);
  expect(await db().purge.count({ where: { fileId: id } })).toBe(0);
});

test("a page that is drawn twice at once is kept once, and nothing of it is doomed", async () => {
  const { id, prefix, open } = await letter();
  await open(() => open(() => Promise.resolve()));
  expect(await keys(prefix)).toEqual([`${prefix}original`, expect.stringContaining("pages/1-")]);
  expect(await db().purge.count({ where: { fileId: id } })).toBe(0);
});

test("a page that one tab was handed stays, though another drew it at the same time and failed", async () => {
  const { prefix, open } = await letter();
  const failing = { onCrashPoint: () => Promise.reject(new Error("The database is away.")) };
  await expect(open(() => open(() => Promise.resolve()), failing)).rejects.toThrow("The database is away.");
  expect(await keys(prefix)).toEqual([`${prefix}original`, expect.stringContaining("pages/1-")]);
});

test("a page is doomed before it is written, so that a killed process leaves nothing unknown", async () => {
  const { id, prefix, open } = await letter();
  await open(async () => {
    const [doomed] = await db().purge.findMany({ where: { fileId: id } });
    expect(doomed).toMatchObject({
      storage: "private",
      prefix: expect.stringContaining(`${prefix}pages/1-`),
    });
    expect(doomed?.dueAt.getTime()).toBeGreaterThan(Date.now() + appContext().limits.sweepGrace * 1000);
  });
});
