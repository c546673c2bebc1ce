import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { appContext, db } from "@/app/_server/app-context";
import { requireOtherAdmin } from "@/lib/rights/other-admin";
import { createMember, createPersonWithRole, type Person } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

let environment: TestEnvironment;
beforeAll(async () => {
  environment = await createTestEnvironment();
});
afterAll(() => environment.drop());
afterEach(() => db().user.updateMany({ where: { role: "admin" }, data: { role: "member" } }));

const change = (by: Person, { id }: Person, body: object) =>
  by.request("PATCH", `/api/people/${id}`, { body });
const createAdmin = () => createPersonWithRole(db(), "admin", []);
const findPerson = (id: string) => db().user.findUniqueOrThrow({ where: { id } });
const countActiveAdmins = () =>
  db().user.count({ where: { role: "admin", suspendedAt: null, leftAt: null, erasureDueAt: null } });

describe("an admin", () => {
  test.each([
    { role: "member" },
    { role: "admin" },
    { state: "suspended" },
    { state: "left" },
    { state: "active" },
    { workName: "Boss", state: "left" },
  ])("cannot change the own %j", async (body) => {
    const [ines] = [await createAdmin(), await createAdmin()];
    const response = await change(ines, ines, body);
    expect([response.status, (await response.json()).code]).toEqual([403, "forbidden"]);
    expect(await findPerson(ines.id)).toMatchObject({ role: "admin", suspendedAt: null, workName: null });
    const own = [
      await ines.request("PUT", `/api/people/${ines.id}/grants`, { body: { fields: ["contract"] } }),
      await ines.request("DELETE", `/api/people/${ines.id}/sessions`),
    ];
    expect(own.map(({ status }) => status)).toEqual([403, 403]);
    expect(await db().trail.count({ where: { subjectId: ines.id } })).toBe(0);
  });

  test.each([{ role: "member" }, { state: "suspended" }, { state: "left" }])(
    "who asked for the erasure cannot end the other with %j",
    async (body) => {
      const [one, other] = [await createAdmin(), await createAdmin()];
      expect((await one.post("/api/account/erasure", {})).status).toBe(202);
      const response = await change(one, other, body);
      expect([response.status, (await response.json()).code]).toEqual([409, "conflict"]);
      expect(await findPerson(other.id)).toMatchObject({ role: "admin", suspendedAt: null, leftAt: null });
    },
  );

  test.each([
    [{ role: "member" }, { role: "member" }],
    [{ state: "suspended" }, { state: "suspended" }],
    [{ state: "left" }, { role: "reviewer" }],
    [{ state: "suspended" }, { state: "left" }],
  ])("stays where two end each other with %j and %j", async (first, second) => {
    for (let round = 0; round < 5; round += 1) {
      const [one, other] = [await createAdmin(), await createAdmin()];
      const responses = await Promise.all([change(one, other, first), change(other, one, second)]);
      expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
      // The other one finds the role, or already the session, gone.
      expect([401, 403]).toContain(responses.find(({ status }) => status !== 200)?.status);
      expect(await countActiveAdmins()).toBe(1);
      await db().user.updateMany({ where: { role: "admin" }, data: { role: "member" } });
    }
  });

  test("stays where one leaves while the other suspends a third", async () => {
    for (let round = 0; round < 3; round += 1) {
      const [one, other] = [await createAdmin(), await createAdmin()];
      await Promise.all([one.post("/api/account/leave"), change(other, one, { state: "suspended" })]);
      expect(await countActiveAdmins()).toBeGreaterThan(0);
      await db().user.updateMany({ where: { role: "admin" }, data: { role: "member" } });
    }
  });

  test("who is suspended does not count as the other admin", async () => {
    const [one, other] = [await createAdmin(), await createAdmin()];
    await change(one, other, { state: "suspended" });
    const responses = [await one.post("/api/account/leave"), await one.post("/api/account/erasure", {})];
    expect(responses.map(({ status }) => status)).toEqual([409, 409]);
  });

  test("is asked for a fresh sign-in", async () => {
    const [ines, ada] = [await createAdmin(), await createMember()];
    await db().session.updateMany({
      where: { userId: ines.id },
      data: { createdAt: new Date(Date.now() - 13 * 3600 * 1000) },
    });
    const stale = [
      await change(ines, ada, { role: "reviewer" }),
      await ines.request("PUT", `/api/people/${ada.id}/grants`, { body: { fields: [] } }),
      await ines.request("DELETE", "/api/people/sessions", { body: { confirm: "everyone" } }),
    ];
    for (const response of stale) expect((await response.json()).code).toBe("fresh_session_required");
    expect((await ines.get(`/api/people/${ada.id}`)).status).toBe(200);
  });

  test("gives no grant to a person who has left", async () => {
    const [ines, ada] = [await createAdmin(), await createPersonWithRole(db(), "reviewer", [])];
    await change(ines, ada, { state: "left" });
    const response = await ines.request("PUT", `/api/people/${ada.id}/grants`, {
      body: { fields: ["contract"] },
    });
    expect(response.status).toBe(409);
  });
});

test("the check of the last admin throws without a second one", async () => {
  const ines = await createAdmin();
  await expect(requireOtherAdmin(appContext().db, ines.id, "Stop.")).rejects.toMatchObject({
    code: "conflict",
    detail: "Stop.",
  });
});

test.each([
  { role: "owner" },
  { state: "invited" },
  { workName: "a\nb" },
  { workName: "x".repeat(101) },
  { name: "Eve" },
  { suspendedAt: null },
  { state: ["left"] },
])("the body %j is not valid", async (body) => {
  const [ines, ada] = [await createAdmin(), await createMember()];
  expect((await change(ines, ada, body)).status).toBe(422);
  expect(await findPerson(ada.id)).toMatchObject({ role: "member", leftAt: null });
});
