import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as appContextModule from "@/app/_server/app-context";
import type { MailState } from "@/lib/db/generated/enums";
import { newId } from "@/lib/id";
import { listMails } from "@/lib/mail/list-mails";
import { createPersonWithRole, type Person } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

let environment: TestEnvironment;
let admin: Person;
const db = () => appContextModule.db();

beforeAll(async () => {
  environment = await createTestEnvironment();
  admin = await createPersonWithRole(db(), "admin", []);
});
afterAll(() => environment.drop());

async function createMail(state: MailState): Promise<string> {
  const id = newId();
  const tried = { tries: 12, firstTriedAt: new Date(0), reason: "EMESSAGE 451", endedAt: new Date(0) };
  const data = { id, template: "news", recipientId: admin.id, key: id, dueAt: new Date(0), state, ...tried };
  await db().mail.create({ data });
  return id;
}

test("an admin sends a failed mail again, for two more days", async () => {
  const id = await createMail("failed");
  expect((await admin.post(`/api/mail/${id}/retry`)).status).toBe(204);
  expect(await db().mail.findUniqueOrThrow({ where: { id } })).toMatchObject({
    state: "waiting",
    tries: 0,
    firstTriedAt: null,
    reason: null,
    endedAt: null,
  });
  expect((await admin.post(`/api/mail/${id}/retry`)).status).toBe(204);
});

test.each(["sent", "merged", "skipped"] as const)("a mail that is %s cannot be sent again", async (state) => {
  const id = await createMail(state);
  expect((await admin.post(`/api/mail/${id}/retry`)).status).toBe(409);
  expect(await db().mail.findUniqueOrThrow({ where: { id } })).toMatchObject({ state });
});

test("only a developer's machine shows a mail, and without scripts", async () => {
  const id = newId();
  await mkdir(join(environment.dataDir, "mail"), { recursive: true });
  await writeFile(join(environment.dataDir, "mail", `${id}.html`), "<p>News</p>");
  const shown = await admin.get(`/api/mail/${id}`);
  expect([shown.status, await shown.text()]).toEqual([200, "<p>News</p>"]);
  expect(shown.headers.get("content-security-policy")).toMatch(
    /^default-src 'none'.*style-src 'unsafe-inline'; sandbox allow-popups/,
  );
  const { mail } = appContextModule.appContext();
  const elsewhere = [
    { ...mail, appUrl: "https://dossier.example" },
    { ...mail, transport: { kind: "smtp", url: "smtp://mail.example" } },
  ];
  for (const settings of elsewhere) {
    const context = { ...appContextModule.appContext(), mail: settings } as never;
    const replaced = vi.spyOn(appContextModule, "appContext").mockReturnValue(context);
    expect((await admin.get(`/api/mail/${id}`)).status).toBe(404);
    replaced.mockRestore();
  }
});

test("the list has keyset pages, newest first, for each state", async () => {
  await db().mail.deleteMany();
  const ids: string[] = [];
  for (let count = 0; count < 120; count += 1) ids.unshift(await createMail(count % 2 ? "sent" : "failed"));
  const seen: string[] = [];
  for (let cursor: string | undefined, left = true; left; ) {
    const { items, next } = await listMails(appContextModule.appContext(), { cursor });
    seen.push(...items.map(({ id }) => id));
    left = next !== null;
    cursor = next ?? undefined;
  }
  expect(seen).toEqual(ids);
  const { items } = await listMails(appContextModule.appContext(), { state: "failed" });
  expect(items).toHaveLength(50);
  expect(new Set(items.map(({ state }) => state))).toEqual(new Set(["failed"]));
});
