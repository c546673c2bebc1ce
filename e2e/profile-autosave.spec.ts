import type { Page } from "@playwright/test";
import { expect, type Person, test } from "./people";

/** Opens the editor, and records the bodies that it sends. */
async function openEditor({ page }: Person): Promise<{ page: Page; sent: unknown[] }> {
  const sent: unknown[] = [];
  page.on("request", (request) => {
    if (request.method() === "PATCH") sent.push(request.postDataJSON());
  });
  await page.goto("/profile");
  return { page, sent };
}

const status = (page: Page, text: string) => page.getByRole("status").filter({ hasText: text });
const undo = (page: Page) => page.getByRole("button", { name: "Undo the last change of your text" });

test("typed text is saved by itself, and undone by keyboard", async ({ people }) => {
  const ada = await people.member();
  const { page, sent } = await openEditor(ada);
  await page.getByLabel("Headline").focus();
  await page.keyboard.type("Volunteer tutor");
  await expect(status(page, "Saved just now")).toBeVisible();
  expect(sent, "one request").toEqual([{ headline: "Volunteer tutor" }]);
  await page.getByLabel("About").focus();
  await page.keyboard.type("Hello ");
  await expect(status(page, "Saved just now")).toBeVisible();
  await page.keyboard.type("you");
  await expect(page.getByLabel("About"), "the space stays").toHaveValue("Hello you");
  await page.getByLabel("Headline").focus();
  await expect.poll(async () => (await ada.profile()).bio).toBe("Hello you");

  await undo(page).focus();
  await page.keyboard.press("Enter");
  await expect(status(page, "Undone just now")).toBeVisible();
  expect(await ada.profile()).toMatchObject({ bio: "Hello", headline: "Volunteer tutor" });
  for (const _ of ["bio", "headline"]) await page.keyboard.press("Enter");
  await expect.poll(async () => ada.profile()).toMatchObject({ bio: "", headline: "" });
  await expect(undo(page), "the focus stays").toBeFocused();
  await expect(undo(page)).toHaveAttribute("aria-disabled", "true");
});

test("a refused entry stays with its error, and the others are saved", async ({ people }) => {
  const ada = await people.member();
  ada.allowConsoleErrors(/status of 422 .*\/api\/profile\)$/);
  const { page } = await openEditor(ada);
  await page.getByLabel("Headline").fill("x".repeat(121));
  await page.getByLabel("About").fill("Hello");
  await page.getByLabel("Name", { exact: true }).fill("");
  await page.getByLabel("About").focus();
  await expect(page.getByLabel("Headline")).toHaveAttribute("aria-invalid", "true");
  await expect(status(page, "The name must not be empty.")).toBeVisible();
  await expect.poll(async () => ada.profile()).toMatchObject({ bio: "Hello", name: ada.name, headline: "" });
  await expect(page.getByLabel("Headline")).toHaveValue("x".repeat(121));

  let warnings = 0;
  page.on("dialog", (dialog) => {
    warnings += 1;
    void (warnings === 1 ? dialog.dismiss() : dialog.accept());
  });
  await page.getByRole("link", { name: "Documents" }).click();
  await expect.poll(() => warnings, "the browser asks first").toBe(1);
  await expect(page.getByLabel("Headline")).toHaveValue("x".repeat(121));
  await page.getByLabel("Name", { exact: true }).fill("Ada L.");
  await page.getByLabel("Headline").fill("Tutor");
  await expect(status(page, "Saved just now")).toBeVisible();
  expect(await ada.profile()).toMatchObject({ name: "Ada L.", headline: "Tutor" });
  await page.getByRole("link", { name: "Documents" }).click();
  await page.waitForURL("**/documents");
  expect(warnings, "nothing is unsaved").toBe(1);
});

test("entries that are typed offline are saved afterwards", async ({ people }) => {
  const ada = await people.member();
  ada.allowConsoleErrors(/ERR_INTERNET_DISCONNECTED/);
  const { page } = await openEditor(ada);
  await page.context().setOffline(true);
  await page.getByLabel("Headline").fill("Written on a train");
  await expect(status(page, "Cannot connect.")).toBeVisible();
  await page.getByLabel("Location").fill("Near Kraków");
  await page.context().setOffline(false);
  await expect(status(page, "Saved just now")).toBeVisible();
  expect(await ada.profile()).toMatchObject({ headline: "Written on a train", location: "Near Kraków" });
});

test("two tabs keep what the other one has saved", async ({ people }) => {
  const ada = await people.member();
  const other = await ada.page.context().newPage();
  const { page } = await openEditor(ada);
  await other.goto("/profile");
  await page.getByLabel("Headline").fill("Of the first tab");
  await expect(status(page, "Saved just now")).toBeVisible();
  await other.getByLabel("About").fill("Of the second tab");
  await expect(status(other, "Saved just now")).toBeVisible();
  await expect(other.getByLabel("Headline")).toHaveValue("Of the first tab");
  await page.getByLabel("Location").fill("Of the first tab");
  await expect(page.getByLabel("About")).toHaveValue("Of the second tab");
  expect(await ada.profile()).toMatchObject({
    ...{ headline: "Of the first tab", bio: "Of the second tab", location: "Of the first tab" },
  });
});

test("visitors see links with their websites, and paper their addresses", async ({ people }) => {
  const [ada, { page: visitor }] = [await people.member(), await people.visitor()];
  await ada.writeOk("PATCH", "/api/profile", { visibility: "public" });
  const { page } = await openEditor(ada);
  await page.getByLabel("Pronouns").fill("she/her");
  await page.getByLabel("Languages").fill("English, العربية");
  await page.getByRole("button", { name: "Add a link" }).click();
  await expect(page.getByLabel("Link 1", { exact: true })).toBeFocused();
  await page.keyboard.type("example.org/garden");
  await page.keyboard.press("Tab");
  await page.keyboard.type("My garden");
  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview.getByRole("link", { name: "My garden" })).toBeVisible();
  await expect(preview.getByText("she/her")).toBeVisible();
  await expect
    .poll(async () => (await ada.profile()).links)
    .toEqual([{ url: "https://example.org/garden", label: "My garden" }]);

  await visitor.goto(`/u/${(await ada.profile()).handle}`);
  const link = visitor.getByRole("link", { name: "My garden" });
  await expect(link).toHaveAttribute("rel", "nofollow ugc noopener");
  await expect(link).toHaveAttribute("href", "https://example.org/garden");
  await expect(visitor.getByRole("list", { name: "Links" })).toContainText("My garden example.org");
  await expect(visitor.getByText("https://example.org/garden")).toBeHidden();
  await visitor.emulateMedia({ media: "print", colorScheme: "dark" });
  await expect(visitor.getByText("https://example.org/garden")).toBeVisible();
  await expect(visitor.getByRole("banner")).toBeHidden();
  const colours = await visitor.evaluate(() => {
    const { color } = getComputedStyle(document.querySelector("article a") ?? document.body);
    return [color, getComputedStyle(document.documentElement).backgroundColor];
  });
  expect(colours).toEqual(["rgb(0, 0, 0)", "rgb(255, 255, 255)"]);

  await page.getByRole("button", { name: "Remove link 1" }).click();
  await expect(page.getByRole("button", { name: "Add a link" })).toBeFocused();
  await expect.poll(async () => (await ada.profile()).links).toEqual([]);
});

test("a picture is described for people who do not see it", async ({ people }) => {
  const [ada, { page: visitor }] = [await people.member(), await people.visitor()];
  await ada.uploadFile("profilePicture", "phone-portrait.jpg");
  await ada.writeOk("PATCH", "/api/profile", { visibility: "public" });
  const { page } = await openEditor(ada);
  await page.getByLabel("What the picture shows").fill("Ada laughs in a garden");
  await expect(status(page, "Saved just now")).toBeVisible();
  await expect(page.getByRole("region", { name: "Preview" }).getByRole("img")).toHaveAccessibleName(
    "Ada laughs in a garden",
  );
  await visitor.goto(`/u/${(await ada.profile()).handle}`);
  await expect(visitor.getByRole("img", { name: "Ada laughs in a garden" })).toBeVisible();
  await expect(visitor.locator("meta[property='og:image:alt']")).toHaveAttribute(
    "content",
    "Ada Lovelace: Ada laughs in a garden",
  );
});
