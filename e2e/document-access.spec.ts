import { randomUUID } from "node:crypto";
import { expect, type Person, test } from "./people";

const NOT_FOUND = "Page not found";

/** Expects the same page as for a document that does not exist. */
async function expectNotFound(person: Person, path: string): Promise<void> {
  person.allowConsoleErrors(/status of 404 .*\/review\//);
  const response = await person.page.goto(path);
  expect(response?.status(), `${person.name} at ${path}`).toBe(404);
  await expect(person.page.getByRole("heading", { level: 1 })).toHaveText(NOT_FOUND);
  const words = await person.page.locator("main").textContent();
  await person.page.goto(`/review/${randomUUID()}`);
  expect(await person.page.locator("main").textContent(), "the same words as for a missing document").toBe(
    words,
  );
}

/** Requests every endpoint of a file and expects one status. */
async function expectNoByte(person: Person, fileId: string, status: number): Promise<void> {
  for (const path of ["", "/content?intent=view", "/content?intent=download", "/pages/1", "/accesses"]) {
    const response = await person.sendWrite("GET", `/api/files/${fileId}${path}`);
    expect(response.status(), `${person.name}: ${path}`).toBe(status);
    expect(response.headers().location).toBeUndefined();
  }
}

test("a document is not found by people without a grant", async ({ people }) => {
  const ada = await people.member("Ada Lovelace");
  const file = await ada.uploadFile("medicalLetter", "scanned.pdf");
  const others = [
    await people.reviewer("Reviewer of certificates", ["dbsCertificate"]),
    await people.reviewer("Reviewer of nothing", []),
    await people.admin(),
    await people.member("Another member"),
  ];
  for (const other of others) {
    await expectNotFound(other, `/review/${file.id}`);
    await expectNoByte(other, file.id, 404);
    await other.page.context().close();
  }
  const visitor = await people.visitor();
  await visitor.page.goto(`/review/${file.id}`);
  await expect(visitor.page).toHaveURL(/\/sign-in\?next=/);
  await expectNoByte(visitor, file.id, 401);
  expect((await (await ada.request.get(`/api/files/${file.id}/accesses`)).json()).items).toEqual([]);
});

test("members have no review queue, and an admin cannot grant themselves one", async ({ people }) => {
  const [ada, admin] = [await people.member(), await people.admin()];
  await ada.uploadFile("dbsCertificate", "phone-landscape.jpg");
  ada.allowConsoleErrors(/status of 404 .*\/review\)$/);
  expect((await ada.page.goto("/review"))?.status()).toBe(404);
  await admin.page.goto("/review");
  await expect(admin.page.getByText("You have no access to documents yet")).toBeVisible();
  const { id } = await admin.profile();
  const granting = await admin.sendWrite("PUT", `/api/people/${id}/grants`, { fields: ["dbsCertificate"] });
  expect(granting.status(), "an admin cannot grant to themselves").toBe(403);
});

test("a revoked grant ends a reviewer's access at the next request", async ({ people }) => {
  const [ada, grace, admin] = [await people.member(), await people.reviewer(), await people.admin()];
  const file = await ada.uploadFile("medicalLetter", "scanned.pdf");
  const page = `/api/files/${file.id}/pages/1`;
  expect((await grace.sendWrite("GET", page)).status()).toBe(302);
  await admin.writeOk("PUT", `/api/people/${(await grace.profile()).id}/grants`, {
    fields: ["dbsCertificate"],
  });
  expect((await grace.sendWrite("GET", page)).status()).toBe(404);
});

test("a reviewer cannot download the original or read its signed URL", async ({ people }) => {
  const [ada, grace] = [await people.member(), await people.reviewer()];
  const file = await ada.uploadFile("dbsCertificate", "scanned.pdf");
  expect((await grace.sendWrite("GET", `/api/files/${file.id}/content?intent=download`)).status()).toBe(403);
  await grace.page.goto(`/review/${file.id}`);
  await grace.page.getByRole("button", { name: "Open without claiming" }).click();
  const first = grace.page.getByRole("img", { name: /^Page 1 of / });
  await expect.poll(() => first.evaluate((it: HTMLImageElement) => it.naturalWidth)).toBeGreaterThan(300);
  expect(await grace.page.content()).not.toMatch(/X-Amz-|[?&](signature|sig|expires)=/i);
});
