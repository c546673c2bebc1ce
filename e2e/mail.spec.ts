import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "./people";

/** The undo time, the pause after it, and a slow machine. */
const AFTER_UNDO_MS = 60_000;

test("a member gets neutral mail about a decision, and switches mails off", async ({
  people,
  request,
}, info) => {
  test.setTimeout(150_000);
  const { dataDir, cronSecret } = info.project.metadata;
  const [admin, ada, grace] = [await people.admin(), await people.member(), await people.reviewer()];
  const { id: adaId } = await ada.profile();
  await grace.decide(await ada.uploadFile("medicalLetter", "scanned.pdf"), {
    outcome: "request_changes",
    reason: "incomplete",
    message: "The second page is missing.",
  });

  const waiting = admin.page.getByRole("listitem").filter({ hasText: "Please send again" });
  await admin.page.goto("/admin/mail?state=waiting");
  await expect(waiting.first()).toContainText(ada.name);

  const findMail = async () => {
    await request.post("/api/cron/work", { headers: { authorization: `Bearer ${cronSecret}` } });
    await admin.page.goto("/admin/mail?state=sent");
    const links = await admin.page.getByRole("link", { name: "Open mail: Please send again" }).all();
    for (const link of links) {
      const id = ((await link.getAttribute("href")) ?? "").split("/").at(-1);
      const source = await readFile(join(dataDir, "mail", `${id}.html`), "utf8");
      if (id && source.includes(`token=${adaId}`)) return { id, source };
    }
    return null;
  };
  let id = "";
  let source = "";
  const isThere = async () => {
    ({ id, source } = (await findMail()) ?? { id, source });
    return source !== "";
  };
  await expect.poll(isThere, { timeout: AFTER_UNDO_MS, intervals: [2000] }).toBe(true);
  expect(source).not.toMatch(/medical|scanned|second page/i);

  // The mail itself, as an admin reads it in development.
  await admin.page.goto(`/api/mail/${id}`);
  await expect(admin.page.getByRole("heading", { name: "Please send a document again" })).toBeVisible();
  const visitor = await people.visitor();
  await visitor.page.goto(
    (await admin.page.getByRole("link", { name: "Switch mails off" }).getAttribute("href")) ?? "",
  );

  await visitor.page.getByRole("button", { name: "Switch mails off" }).click();
  await expect(visitor.page.getByRole("heading", { name: "Your mails are switched off" })).toBeVisible();
  await visitor.page.getByRole("button", { name: "Switch mails on" }).click();
  await expect(visitor.page.getByRole("heading", { name: "Switch your mails off?" })).toBeVisible();
});

test("only an admin finds the mail page", async ({ people }) => {
  for (const person of [await people.member(), await people.reviewer()]) {
    person.allowConsoleErrors(/status of 404 .*\/admin\/mail/);
    await expect(person.page.getByRole("link", { name: "Admin" })).toHaveCount(0);
    expect((await person.page.goto("/admin/mail"))?.status()).toBe(404);
  }
  const { page } = await people.visitor();
  await page.goto("/admin/mail?state=failed");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fadmin%2Fmail%3Fstate%3Dfailed$/);
});
