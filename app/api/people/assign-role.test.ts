import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appContext, db } from "@/app/_server/app-context";
import { assignRole, type RoleAssignment } from "@/lib/accounts/assign-role";
import { changeGrants } from "@/lib/accounts/people";
import { verifyTrail } from "@/lib/audit/verify-trail";
import { createAppContext } from "@/lib/config/create-app-context";
import { type Env, env } from "@/lib/config/env";
import { fields } from "@/lib/fields/fields";
import { changePerson } from "@/lib/rights/change-person";
import { samplePdf } from "@/tests/support/app/documents";
import {
  createMember,
  createPersonWithRole,
  ORIGIN,
  Person,
  sendRequest,
  signUp,
} from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

const PASSWORD = "three quiet words";
const REVIEWED = [...fields.values()].filter(({ reviewed }) => reviewed).map(({ name }) => name);
let environment: TestEnvironment;

beforeAll(async () => {
  environment = await createTestEnvironment();
});
afterAll(() => environment.drop());

const newEmail = () => `${randomUUID()}@example.org`;

async function assign(assignment: RoleAssignment) {
  // As on a public site: no account counts as verified by itself.
  return assignRole({ ...appContext(), trustsUnverifiedAccounts: false }, assignment);
}

async function signIn(email: string): Promise<Person> {
  const response = await sendRequest("POST", "/api/auth/sign-in/email", {
    body: { email, password: PASSWORD },
    headers: { origin: ORIGIN },
  });
  const { id } = await db().user.findUniqueOrThrow({ where: { email } });
  return new Person({ id, email, cookie: response.headers.get("set-cookie")?.split(";")[0] ?? "" });
}

describe("a new person without a password", () => {
  const setPassword = (linkPath: string | null, password: string) =>
    sendRequest("POST", linkPath?.replace("/recover/", "/api/recovery/") ?? "", { body: { password } });

  test("sets one with a link that works once, for a day", async () => {
    const email = newEmail();
    const { created, linkPath } = await assign({ email, role: "admin", fields: "all" });
    expect([created, linkPath]).toEqual([true, expect.stringMatching(/^\/recover\/\S{60,}$/)]);
    const link = await db().oneTimeLink.findFirstOrThrow({ where: { email } });
    expect(link.expiresAt.getTime() - link.createdAt.getTime()).toBe(24 * 3600_000);
    expect((await setPassword(linkPath, "short")).status).toBe(422);
    expect((await setPassword(linkPath, PASSWORD)).status).toBe(204);
    expect((await setPassword(linkPath, PASSWORD)).status).toBe(410);
    expect((await (await signIn(email)).get("/api/reviews")).status).toBe(200);
    const { id } = await db().user.findUniqueOrThrow({ where: { email } });
    expect(await db().trail.findMany({ where: { subjectId: id }, orderBy: { seq: "asc" } })).toMatchObject([
      { event: "access.assigned", detail: { role: "admin", fields: REVIEWED.join(","), vouched: true } },
      { event: "password.recovered" },
    ]);
    // Nothing was changed that the person has to hear about.
    expect(await db().mail.count({ where: { recipientId: id, template: "password-changed" } })).toBe(0);
  });

  test("gets a new link from the same command, ending the old", async () => {
    const email = newEmail();
    const first = await assign({ email, role: "admin" });
    const second = await assign({ email, role: "admin" });
    expect(second.created).toBe(false);
    expect((await setPassword(first.linkPath, PASSWORD)).status).toBe(410);
    expect((await setPassword(second.linkPath, PASSWORD)).status).toBe(204);
    expect((await assign({ email, role: "admin" })).linkPath).toBeNull();
  });
});

test("an admin with all fields decides on documents", async () => {
  const email = newEmail();
  expect(await assign({ email, role: "admin", fields: "all", password: PASSWORD })).toEqual({
    created: true,
    grants: REVIEWED,
    linkPath: null,
  });
  const ines = await signIn(email);
  const ada = await createMember("Ada");
  const letter = await ada.uploadFile("medicalLetter", await samplePdf(), { type: "application/pdf" });
  expect(await (await ines.get("/api/reviews")).json()).toMatchObject({
    items: [{ file: { id: letter.id } }],
  });
  expect((await ines.post("/api/reviews/claims", {})).status).toBe(200);
  expect((await ines.get(`/api/files/${letter.id}/pages/1`)).status).toBe(302);
  const approval = { outcome: "approve", facts: { signed: true }, sha256: letter.sha256 };
  expect((await ines.post(`/api/reviews/${letter.id}/decision`, approval)).status).toBe(200);
  const change = await ines.request("PATCH", `/api/people/${ada.id}`, { body: { role: "reviewer" } });
  expect(change.status).toBe(200);
});

test("the trail records role and fields that the command gives and takes", async () => {
  const email = newEmail();
  await assign({ email, role: "admin", fields: "all", password: PASSWORD });
  await assign({ email, role: "admin" });
  const { id } = await db().user.findUniqueOrThrow({ where: { email } });
  const entries = await db().trail.findMany({ where: { subjectId: id }, orderBy: { seq: "asc" } });
  expect(entries).toMatchObject([
    { event: "access.assigned", byId: null, detail: { role: "admin", fields: REVIEWED.join(",") } },
    { event: "access.assigned", byId: null, detail: { role: "admin", fields: "" } },
  ]);
  expect((await verifyTrail(appContext())).broken).toEqual([]);
});

test.each<[string, Partial<RoleAssignment>, string[]]>([
  ["an admin has no fields by default", { role: "admin" }, []],
  ["a reviewer has all reviewed fields by default", { role: "reviewer" }, REVIEWED],
  ["a reviewer has the named fields only", { role: "reviewer", fields: ["contract"] }, ["contract"]],
])("%s", async (_, assignment, grants) => {
  const result = await assign({ email: newEmail(), password: PASSWORD, role: "member", ...assignment });
  expect(result.grants).toEqual(grants);
});

test.each<[string, Partial<RoleAssignment>, string]>([
  ["fields for a member", { role: "member", fields: "all" }, "A member sees only their own documents"],
  ["an unknown field", { role: "admin", fields: ["passport"] }, "No such field: passport"],
  ["a password that is common", { role: "admin", password: "qwertyuiop" }, "most common passwords"],
])("the command refuses %s", async (_, assignment, message) => {
  const email = newEmail();
  await expect(assign({ email, password: PASSWORD, role: "member", ...assignment })).rejects.toThrow(message);
  expect(await db().user.count({ where: { email } })).toBe(0);
});

test("the command refuses a role for an account that is not verified", async () => {
  const { id, email } = await createMember("Mallory");
  await expect(assign({ email, role: "admin" })).rejects.toThrow("is not verified");
  expect(await db().user.findUniqueOrThrow({ where: { id } })).toMatchObject({ role: "member" });
});

test("a new password from the operator takes the account from its maker", async () => {
  const mallory = await signUp("Mallory");
  const { email } = mallory;
  await assign({ email, role: "admin", name: "Ines", password: PASSWORD });
  expect((await mallory.get("/api/profile")).status).toBe(401);
  const old = await sendRequest("POST", "/api/auth/sign-in/email", {
    body: { email, password: "correct horse battery" },
    headers: { origin: ORIGIN },
  });
  expect(old.status).toBe(401);
  expect((await (await signIn(email)).get("/api/people/x")).status).toBe(404);
  const entries = await db().trail.findMany({ where: { subjectId: mallory.id } });
  expect(entries).toMatchObject([{ detail: { role: "admin", vouched: true } }]);
  await expect(assign({ email, role: "reviewer" })).resolves.toMatchObject({ created: false });
});

test("accounts count as verified on a loopback URL without a mail server", async () => {
  const { email } = await createMember("Ada");
  await expect(assignRole(appContext(), { email, role: "reviewer" })).resolves.toMatchObject({
    grants: REVIEWED,
  });
  const change: Partial<Env>[] = [{ APP_URL: "https://dossier.example" }, { SMTP_URL: "smtp://localhost" }];
  for (const settings of change)
    expect(createAppContext({ ...env(), ...settings }).trustsUnverifiedAccounts).toBe(false);
});

describe("an admin of a public site", () => {
  const publicSite = () => ({ ...appContext(), trustsUnverifiedAccounts: false });

  test("gives an unverified account no role and no grant", async () => {
    const { viewer: admin } = await createPersonWithRole(db(), "admin", []);
    const eve = await createPersonWithRole(db(), "reviewer", ["contract"]);
    const refused = { code: "conflict", detail: expect.stringContaining("is not verified") };
    await expect(changePerson(publicSite(), admin, eve.id, { role: "admin" })).rejects.toMatchObject(refused);
    await expect(
      changeGrants(publicSite(), admin, eve.id, ["contract", "medicalLetter"]),
    ).rejects.toMatchObject(refused);
    await db().user.update({ where: { id: eve.id }, data: { emailVerified: true } });
    const person = await changeGrants(publicSite(), admin, eve.id, ["medicalLetter"]);
    expect(person.fields).toEqual(["medicalLetter"]);
    expect(await changePerson(publicSite(), admin, eve.id, { role: "admin" })).toMatchObject({
      role: "admin",
    });
  });

  test("takes role and grants from an account that is not verified", async () => {
    const { viewer: admin } = await createPersonWithRole(db(), "admin", []);
    const eve = await createPersonWithRole(db(), "reviewer", ["contract", "medicalLetter"]);
    const person = await changeGrants(publicSite(), admin, eve.id, ["contract"]);
    expect(person.fields).toEqual(["contract"]);
    expect(await changePerson(publicSite(), admin, eve.id, { role: "member" })).toMatchObject({ fields: [] });
  });
});

describe("a change by an admin", () => {
  async function entriesOf(subjectId: string) {
    const entries = await db().trail.findMany({ where: { subjectId }, orderBy: { seq: "asc" } });
    return entries.map(({ event, byId, detail }) => ({ event, byId, detail }));
  }

  test("of role and grants is on the audit trail, which verifies", async () => {
    const admin = await createPersonWithRole(db(), "admin", []);
    const eve = await createPersonWithRole(db(), "reviewer", ["contract"]);
    const change = (method: "PATCH" | "PUT", path: string, body: object) =>
      admin.request(method, `/api/people/${eve.id}${path}`, { body });
    for (const fields of [
      ["dbsCertificate", "medicalLetter"],
      ["medicalLetter", "dbsCertificate"],
    ])
      expect((await change("PUT", "/grants", { fields })).status).toBe(200);
    for (const role of ["admin", "admin", "member"])
      expect((await change("PATCH", "", { role })).status).toBe(200);
    const byId = admin.id;
    expect(await entriesOf(eve.id)).toEqual([
      {
        event: "grants.changed",
        byId,
        detail: { added: "dbsCertificate,medicalLetter", removed: "contract" },
      },
      { event: "role.changed", byId, detail: { from: "reviewer", to: "admin", removed: "" } },
      {
        event: "role.changed",
        byId,
        detail: { from: "admin", to: "member", removed: "dbsCertificate,medicalLetter" },
      },
    ]);
    expect((await verifyTrail(appContext())).broken).toEqual([]);
  });

  test("is not made if the trail refuses its entry", async () => {
    const { viewer: admin } = await createPersonWithRole(db(), "admin", []);
    const eve = await createPersonWithRole(db(), "reviewer", ["contract"]);
    const context = {
      ...appContext(),
      get trailKey(): Uint8Array {
        throw new Error("no key");
      },
    };
    await expect(changePerson(context, admin, eve.id, { role: "admin" })).rejects.toThrow("no key");
    await expect(changeGrants(context, admin, eve.id, [])).rejects.toThrow("no key");
    expect(await db().grant.count({ where: { userId: eve.id } })).toBe(1);
    expect(await db().user.findUniqueOrThrow({ where: { id: eve.id } })).toMatchObject({ role: "reviewer" });
    expect(await entriesOf(eve.id)).toEqual([]);
  });

  test("that is refused is no entry", async () => {
    const admin = await createPersonWithRole(db(), "admin", []);
    const ada = await createMember("Ada");
    const refused = await admin.request("PUT", `/api/people/${ada.id}/grants`, {
      body: { fields: ["contract"] },
    });
    expect(refused.status).toBe(409);
    expect(await entriesOf(ada.id)).toEqual([]);
  });
});
