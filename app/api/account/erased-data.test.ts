import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { appContext, db } from "@/app/_server/app-context";
import type { AppContext } from "@/lib/app-context";
import { verifyTrail } from "@/lib/audit/verify-trail";
import type { CrashPoint } from "@/lib/crash-points";
import { deliverDueMails } from "@/lib/mail/deliver";
import { runRetention } from "@/lib/retention/run-retention";
import { completeUpload } from "@/lib/uploads/complete";
import { reconcile } from "@/lib/uploads/reconcile";
import { sweep } from "@/lib/uploads/sweep";
import { samplePdf, samplePhoto } from "@/tests/support/app/documents";
import { createPersonWithRole, ORIGIN, Person, sendRequest } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

// Searches all that the application stores for what it must not have any more.

const PDF = { type: "application/pdf" };
const PASSWORD = "correct horse battery";
const DAY_MS = 24 * 3600 * 1000;
/** Each is a word that nothing else has. */
const NAME = "Zephyrine";
const ADDRESS = "zephyrine.mail@example.org";
const TEXTS = [
  ...[NAME, ADDRESS, "zephyr-page", "Headlinewort", "Biowort", "letterwort", "holdwort", "factwort"],
  ...["Pronounwort", "Placewort", "Languagewort", "labelwort", "linkwort.example", "Altwort", "requestwort"],
];

let environment: TestEnvironment;
let grace: Person;
let admin: Person;
beforeAll(async () => {
  environment = await createTestEnvironment();
});
beforeEach(async () => {
  grace = await createPersonWithRole(db(), "reviewer", ["medicalLetter", "contract", "dbsCertificate"]);
  admin = await createPersonWithRole(db(), "admin", []);
  await prolongSessions();
});
afterAll(() => environment.drop());

/** The clock of the jobs goes weeks ahead, and they end sessions. */
async function prolongSessions(): Promise<void> {
  await db().session.updateMany({ data: { expiresAt: new Date(Date.now() + 365 * 24 * 3600 * 1000) } });
}

const at = (time: Date): AppContext => ({ ...appContext(), clock: { now: () => time } });

async function signUpZephyrine(): Promise<Person> {
  const response = await sendRequest("POST", "/api/auth/sign-up/email", {
    body: { name: NAME, email: ADDRESS, password: PASSWORD },
    headers: { origin: ORIGIN },
  });
  const cookie = response.headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");
  const person = new Person({ id: (await response.json()).user.id, email: ADDRESS, cookie });
  const changes = {
    handle: "zephyr-page",
    headline: "Headlinewort",
    bio: "Biowort",
    pronouns: "Pronounwort",
    location: "Placewort",
    languages: "Languagewort",
    links: [{ url: "https://linkwort.example/", label: "labelwort" }],
    visibility: "public",
  };
  expect((await person.request("PATCH", "/api/profile", { body: changes })).status).toBe(200);
  await prolongSessions();
  return person;
}

/** Lets a reviewer open, claim and decide on a document. */
async function approve(file: { id: string; sha256: string }, facts: object) {
  await grace.request("PUT", `/api/reviews/${file.id}/claim`);
  await grace.get(`/api/files/${file.id}/pages/1`);
  const body = { outcome: "approve", sha256: file.sha256, facts };
  expect((await grace.post(`/api/reviews/${file.id}/decision`, body)).status).toBe(200);
}

/** Asks for the erasure. Returns the time at which it starts. */
async function ask(person: Person): Promise<Date> {
  const response = await person.post("/api/account/erasure", { password: PASSWORD });
  return new Date((await response.json()).erasedAt);
}

/** Runs the jobs as a scheduler does, twice, with the mails between. */
async function runJobs(context: AppContext): Promise<void> {
  await runRetention(context);
  await deliverDueMails(context);
  await runRetention(context);
}

/** Returns all rows of all tables as text, without the migrations. */
async function dumpDatabase(): Promise<string> {
  const { rows } = await db().pool.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_name NOT LIKE '\\_prisma%'`,
  );
  const dumps = await Promise.all(
    rows.map(({ name }) => db().pool.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" t`)),
  );
  return dumps.flatMap(({ rows }) => rows.map(({ row }) => row)).join("\n");
}

/** Returns the names and contents of all files of the data folder: both storages, and the mails. */
async function dumpFolder(): Promise<string> {
  const files = await readdir(environment.dataDir, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    files.map(async (file) => {
      const path = join(file.parentPath, file.name);
      return file.isFile() ? `${path}\n${await readFile(path, "latin1")}` : path;
    }),
  );
  return texts.join("\n");
}

async function expectNothingStored(texts: readonly string[]): Promise<void> {
  const stored = `${await dumpDatabase()}\n${await dumpFolder()}`.toLowerCase();
  expect(texts.filter((text) => stored.includes(text.toLowerCase()))).toEqual([]);
}

/** Lists all objects but the marks of deletions and the heads of the trail. */
async function listObjects(): Promise<string[]> {
  const keys: string[] = [];
  for (const storage of Object.values(appContext().storages))
    for await (const { key } of storage.list("")) if (!/^(trail|destroyed)\//.test(key)) keys.push(key);
  return keys;
}

async function expectConsistent(): Promise<void> {
  const findings: unknown[] = [];
  for await (const finding of reconcile(appContext())) findings.push(finding);
  expect(findings).toEqual([]);
  const { broken } = await verifyTrail(appContext());
  expect(broken).toEqual([]);
}

test("nothing of an erased member is stored any more", async () => {
  const person = await signUpZephyrine();
  const letter = await person.uploadFile("medicalLetter", await samplePdf(), {
    ...PDF,
    name: "letterwort.pdf",
  });
  await person.get(`/api/files/${letter.id}/content?intent=download`);
  const certificate = await person.uploadFile("dbsCertificate", await samplePdf(), {
    ...PDF,
    name: "letterwort2.pdf",
  });
  await approve(certificate, { certificateNumber: "factwort", issuedOn: "2026-03-01" });
  const picture = await person.uploadFile("profilePicture", await samplePhoto(), { type: "image/jpeg" });
  await person.request("PATCH", `/api/files/${picture.id}`, {
    body: { visibility: "public", alt: "Altwort" },
  });
  const open = await person.uploadBytes("medicalLetter", await samplePdf(), PDF);
  const hold = await admin.post("/api/holds", { memberId: person.id, reason: "holdwort" });
  const { id: holdId } = await hold.json();
  await admin.request("DELETE", `/api/holds/${holdId}`, { body: { reason: "holdwort is over" } });
  const request = { field: "contract", members: [person.id], message: "Requestwort" };
  expect((await admin.post("/api/requests", request)).status).toBe(200);
  const found = `${await dumpDatabase()}`.toLowerCase();
  expect(TEXTS.filter((text) => !found.includes(text.toLowerCase()))).toEqual([]);
  expect((await listObjects()).length).toBeGreaterThan(5);

  const due = at(await ask(person));
  await deliverDueMails(due);
  expect((await dumpFolder()).includes(ADDRESS), "the mail of the request").toBe(true);
  await runJobs(due);
  // The ticket of the open upload may still write its object, so its second purge comes later.
  await sweep(at(new Date(due.clock.now().getTime() + 2 * DAY_MS)));
  expect(await db().user.count({ where: { id: person.id } })).toBe(0);
  expect(await db().upload.count({ where: { id: open } })).toBe(0);
  expect(await listObjects()).toEqual([]);
  await expectNothingStored(TEXTS);
  const receipts = await db().receipt.findMany({ where: { fileId: { in: [letter.id, certificate.id] } } });
  expect(receipts.map(({ reason }) => reason)).toEqual(["erasure", "erasure"]);
  await expectConsistent();
});

test("files under a hold or a legal rule stay without a name", async () => {
  const person = await signUpZephyrine();
  const [contract, letter] = [
    await person.uploadFile("contract", await samplePdf(), { ...PDF, name: "agreement.pdf" }),
    await person.uploadFile("medicalLetter", await samplePdf(), { ...PDF, name: "held.pdf" }),
    await person.uploadFile("medicalLetter", await samplePdf(), { ...PDF, name: "letterwort.pdf" }),
  ];
  await person.get(`/api/files/${contract.id}/content?intent=download`);
  const hold = await admin.post("/api/holds", { fileId: letter.id, reason: "a case" });
  const { id: holdId } = await hold.json();
  const start = await ask(person);
  await runRetention(at(start));
  const [mail] = await db().mail.findMany({ where: { template: "erasure-done" } });
  const lastDay = `${start.getUTCFullYear() + 1}${start.toISOString().slice(4, 10)}`;
  expect(mail?.detail).toMatchObject({ deleted: 1, dated: 1, held: 1, lastDay });
  await deliverDueMails(at(start));
  await runRetention(at(start));

  expect(await db().user.findUniqueOrThrow({ where: { id: person.id } })).toMatchObject({
    name: "Deleted account",
    email: `${person.id}@erased.invalid`,
    erasedAt: start,
  });
  const kept = await db().file.findMany({ where: { ownerId: person.id }, orderBy: { id: "asc" } });
  expect(kept.map(({ id, purgedAt }) => [id, purgedAt])).toEqual([
    [contract.id, null],
    [letter.id, null],
  ]);
  expect(kept[0]?.keepUntil?.toISOString().slice(0, 10)).toBe(lastDay);
  await expectNothingStored(TEXTS.filter((text) => text !== "letterwort"));
  await expectNothingStored(["letterwort.pdf"]);
  expect((await grace.get(`/api/files/${contract.id}/content?intent=download`)).status).toBe(302);
  const log = await (await grace.get(`/api/files/${contract.id}/accesses`)).json();
  expect(log.items.map(({ by }: { by: { name: string } }) => by.name)).toContain("Deleted account");

  // A husk stays as it is until a file ends.
  await runJobs(at(new Date(start.getTime() + DAY_MS)));
  expect(await db().file.count({ where: { ownerId: person.id } })).toBe(2);
  await admin.request("DELETE", `/api/holds/${holdId}`, { body: { reason: "the case is over" } });
  await runJobs(at(new Date(start.getTime() + 2 * DAY_MS)));
  expect((await db().file.findMany({ where: { ownerId: person.id } })).map(({ id }) => id)).toEqual([
    contract.id,
  ]);
  await expectConsistent();
  await runJobs(at(new Date(start.getTime() + 366 * DAY_MS)));
  expect(await db().user.count({ where: { id: person.id } })).toBe(0);
  const reasons = await db().receipt.findMany({ where: { fileId: { in: [contract.id, letter.id] } } });
  expect(reasons.map(({ reason }) => reason).sort()).toEqual(["erasure", "retention"]);
  await sweep(at(new Date(start.getTime() + 368 * DAY_MS)));
  expect(await listObjects()).toEqual([]);
  await expectNothingStored(TEXTS);
  await expectConsistent();
});

test("an inspection that runs meanwhile leaves no file and no bytes", async () => {
  const person = await signUpZephyrine();
  const id = await person.uploadBytes("medicalLetter", await samplePdf(), PDF);
  await ask(person);
  const start = appContext().clock.now();
  await db().user.update({ where: { id: person.id }, data: { erasureDueAt: start } });
  const { promise: inspected, resolve: reach } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const onCrashPoint = async (point: CrashPoint) => {
    if (point !== "complete.promoted") return;
    reach();
    await released;
  };
  const { runInBackground: _, ...context } = appContext();
  const completion = completeUpload({ ...context, onCrashPoint }, person.viewer, id);
  const outcome = completion.catch((error: unknown) => error);
  await inspected;
  expect(await db().upload.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: "inspecting" });
  await runJobs(appContext());
  expect(await db().file.count({ where: { ownerId: person.id } })).toBe(0);
  expect(await db().user.count({ where: { id: person.id } }), "it waits for the inspection").toBe(1);
  release();
  expect(await outcome).toMatchObject({ code: "conflict" });
  const later = at(new Date(start.getTime() + 2 * DAY_MS));
  await runJobs(later);
  await sweep(later);
  expect(await listObjects()).toEqual([]);
  expect(await db().user.count({ where: { id: person.id } })).toBe(0);
  await expectConsistent();
});

test("a reviewer who has claimed the document loses the claim", async () => {
  const person = await signUpZephyrine();
  const letter = await person.uploadFile("medicalLetter", await samplePdf(), PDF);
  await grace.request("PUT", `/api/reviews/${letter.id}/claim`);
  await grace.get(`/api/files/${letter.id}/pages/1`);
  const start = await ask(person);
  const decide = () =>
    grace.post(`/api/reviews/${letter.id}/decision`, {
      outcome: "approve",
      sha256: letter.sha256,
      facts: { signed: true },
    });
  await runRetention(at(start));
  const refused = await decide();
  expect([refused.status, (await refused.json()).code]).toEqual([409, "conflict"]);
  expect((await grace.get(`/api/files/${letter.id}/pages/1`)).status).toBe(410);
  await deliverDueMails(at(start));
  await runRetention(at(start));
  expect((await decide()).status).toBe(404);
  expect((await grace.get(`/api/files/${letter.id}`)).status).toBe(404);
});

test("what an erased reviewer decided and opened stays with other members", async () => {
  const [person, joan] = [
    await signUpZephyrine(),
    await createPersonWithRole(db(), "reviewer", ["medicalLetter"], "Joan"),
  ];
  const letter = await person.uploadFile("medicalLetter", await samplePdf(), PDF);
  const claimed = await person.uploadFile("medicalLetter", await samplePdf(), PDF);
  const review = (path: string, method = "PUT", body?: object) =>
    joan.request(method, `/api/reviews/${path}`, body === undefined ? {} : { body });
  await review(`${letter.id}/claim`);
  await joan.request("GET", `/api/files/${letter.id}/pages/1`, { headers: { "user-agent": "browserwort" } });
  await review(`${letter.id}/decision`, "POST", {
    outcome: "approve",
    sha256: letter.sha256,
    facts: { signed: true },
  });
  await review(`${claimed.id}/claim`);
  const start = new Date((await (await joan.post("/api/account/erasure", {})).json()).erasedAt);
  await runJobs(at(start));
  expect(await db().user.count({ where: { id: joan.id } })).toBe(0);
  expect(await db().decision.findMany({ where: { fileId: letter.id } })).toMatchObject([
    { byId: null, outcome: "approve" },
  ]);
  expect(await db().file.findUniqueOrThrow({ where: { id: claimed.id } })).toMatchObject({ claimById: null });
  const log = await (await person.get(`/api/files/${letter.id}/accesses`)).json();
  expect(log.items).toMatchObject([{ intent: "view", by: { name: "Joan", role: "reviewer" } }]);
  await expectNothingStored(["browserwort", joan.email]);
  await expectConsistent();
});
