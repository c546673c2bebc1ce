import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clock, db } from "@/app/_server/app-context";
import { loadAuth } from "@/app/_server/auth";
import { assignRole, type RoleAssignment } from "@/lib/accounts/assign-role";
import { verifyTrail } from "@/lib/audit/trail";
import { fields } from "@/lib/fields/fields";
import { samplePdf } from "@/tests/support/app/documents";
import { ORIGIN, Person, sendRequest, signUp } from "@/tests/support/app/person";
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
  return assignRole({ db: db(), clock, auth: await loadAuth() }, assignment);
}

async function signIn(email: string): Promise<Person> {
  const response = await sendRequest("POST", "/api/auth/sign-in/email", {
    body: { email, password: PASSWORD },
    headers: { origin: ORIGIN },
  });
  const { id } = await db().user.findUniqueOrThrow({ where: { email } });
  return new Person({ id, email, cookie: response.headers.get("set-cookie")?.split(";")[0] ?? "" });
}

test("an admin with all fields decides on documents", async () => {
  const email = newEmail();
  expect(await assign({ email, role: "admin", fields: "all", password: PASSWORD })).toEqual({
    created: true,
    grants: REVIEWED,
  });
  const ines = await signIn(email);
  const ada = await signUp("Ada");
  const letter = await ada.uploadFile("medicalLetter", await samplePdf(), { type: "application/pdf" });
  expect(await (await ines.get("/api/reviews")).json()).toMatchObject({
    items: [{ file: { id: letter.id } }],
  });
  expect((await ines.post("/api/reviews/claims", {})).status).toBe(200);
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
  expect((await verifyTrail({ db: db() })).broken).toBeNull();
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
  ["a new person without a password", { role: "admin", password: undefined }, "has no account"],
])("the command refuses %s", async (_, assignment, message) => {
  const email = newEmail();
  await expect(assign({ email, password: PASSWORD, role: "member", ...assignment })).rejects.toThrow(message);
  expect(await db().user.count({ where: { email } })).toBe(0);
});

test("the command refuses a password for an existing account", async () => {
  const { email } = await signUp("Ada");
  await expect(assign({ email, role: "admin", password: PASSWORD })).rejects.toThrow(
    "already has an account",
  );
});
