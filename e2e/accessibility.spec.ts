import { readdirSync } from "node:fs";
import { join, sep } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { fixturePath } from "../lib/inspect/testing/fixtures";
import { networkEmulator } from "./network-conditions";
import { createLargeDocument } from "./large-document";
import { APPROVAL, expect, type People, test } from "./people";

/** A page in one of its states, ready to be looked at. */
type State = (people: People) => Promise<Page>;

const WIDTHS = [390, 1280] as const;
const THEMES = ["light", "dark"] as const;

const visit =
  (path: string): State =>
  async ({ visitor: stranger }) => {
    const { page } = await stranger();
    await page.goto(path);
    return page;
  };

const STATES: Record<string, Record<string, State>> = {
  "/": { "as it is": visit("/") },
  "/sign-in": {
    "as it is": visit("/sign-in"),
    "sent in vain": async (people) => {
      const page = await visit("/sign-in")(people);
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.getByRole("alert", { name: "You are not signed in yet" })).toBeFocused();
      return page;
    },
  },
  "/sign-up": {
    "as it is": visit("/sign-up"),
    "sent in vain": async (people) => {
      const page = await visit("/sign-up")(people);
      await page.getByLabel("Your name").fill("Ada");
      await page.getByRole("button", { name: "Open your dossier" }).click();
      await expect(page.getByRole("alert", { name: "Your account is not open yet" })).toBeFocused();
      return page;
    },
  },
  "/documents": {
    "nothing there yet": async ({ member }) => {
      const { page } = await member();
      await page.goto("/documents");
      return page;
    },
    "something in every status": async ({ member, reviewer }) => {
      const [ada, grace] = [await member("Ada Lovelace"), await reviewer()];
      await grace.decide(await ada.uploadFile("dbsCertificate", "scanned.pdf"), APPROVAL);
      await ada.uploadFile("dbsCertificate", "scanned.pdf", `${"a very long name ".repeat(8)}.pdf`);
      const outcomes = [
        { outcome: "request_changes", reason: "incomplete", message: "The second page is missing." },
        { outcome: "reject", reason: "not_fit" },
      ];
      for (const outcome of outcomes)
        await grace.decide(await ada.uploadFile("medicalLetter", "phone-landscape.jpg"), outcome);
      const withdrawn = await ada.uploadFile("contract", "scanned.pdf");
      await ada.writeOk("DELETE", `/api/files/${withdrawn.id}`);
      await ada.uploadFile("contract", "scanned.pdf");
      await ada.page.goto("/documents");
      for (const earlier of await ada.page.getByText(/^Earlier \(/).all()) await earlier.click();
      return ada.page;
    },
    "a refused file, the menu open": async ({ member }) => {
      const { page } = await member();
      await page.goto("/documents");
      const control = page.getByLabel("Choose a file for DBS certificate");
      await control.setInputFiles(await fixturePath("gif-renamed.jpg"));
      await expect(page.getByText("This kind of file cannot be used here").first()).toBeVisible();
      await page.getByRole("button", { name: /^Account of/ }).click();
      return page;
    },
    "one contract not finished and answered with another one, one paused": async ({ member }) => {
      const { page } = await member();
      const [first, second] = ["signed.pdf", "appendix.pdf"].map((name) => test.info().outputPath(name));
      await Promise.all([first, second].map((path) => createLargeDocument(path ?? "", 34)));
      await page.goto("/documents");
      const line = await networkEmulator(page);
      await line({ uploadThroughput: 1_000_000 });
      const control = page.getByLabel("Choose files for Contracts");
      await control.setInputFiles(first ?? "");
      await expect(page.getByText(/^[1-9] % · /)).toBeVisible();
      await page.reload();
      const again = page.getByLabel("Choose it again for signed.pdf");
      await again.setInputFiles(second ?? "");
      await expect(page.getByRole("button", { name: /^Send it as a new one/ })).toBeVisible();
      await control.setInputFiles(second ?? "");
      await expect(page.getByText(/^[1-9] % · /)).toBeVisible();
      await page.getByRole("button", { name: "Pause appendix.pdf" }).click();
      await expect(page.getByText(/^Paused · /)).toBeVisible();
      return page;
    },
    "asked whether to withdraw": async ({ member }) => {
      const ada = await member();
      await ada.uploadFile("contract", "scanned.pdf");
      await ada.page.goto("/documents");
      await ada.page.getByRole("button", { name: "Withdraw scanned.pdf" }).click();
      await expect(ada.page.getByRole("dialog")).toBeVisible();
      return ada.page;
    },
  },
  "/profile": {
    "without a picture": async ({ member }) => {
      const { page } = await member();
      await page.goto("/profile");
      await expect(page.getByLabel("Headline")).toBeVisible();
      return page;
    },
    "public, with a picture; an address that is taken": async ({ member }) => {
      const ada = await member();
      ada.allowConsoleErrors(/status of 422 .*\/api\/profile\)$/);
      await ada.uploadFile("profilePicture", "phone-portrait.jpg");
      await ada.writeOk("PATCH", "/api/profile", { visibility: "public" });
      await ada.page.goto("/profile");
      await ada.page.getByLabel("Address of your page").fill("admin");
      await ada.page.getByRole("button", { name: "Save" }).click();
      await expect(ada.page.getByRole("alert", { name: "Not saved yet" })).toBeFocused();
      return ada.page;
    },
    "the part of a picture is chosen": async ({ member }) => {
      const { page } = await member();
      await page.goto("/profile");
      const control = page.getByLabel("Choose a picture for Profile picture");
      await control.setInputFiles(await fixturePath("phone-landscape.jpg"));
      await expect(page.getByRole("slider", { name: "Zoom" })).toBeVisible();
      return page;
    },
  },
  "/u/[handle]": {
    "with a picture": async ({ member, visitor: stranger }) => {
      const [ada, { page }] = [await member("Ada Lovelace"), await stranger()];
      await ada.uploadFile("profilePicture", "phone-portrait.jpg");
      const shown = { visibility: "public", headline: "Volunteer tutor", bio: "One line.\nAnother line." };
      const { handle } = await ada.writeOk<{ handle: string }>("PATCH", "/api/profile", shown);
      await page.goto(`/u/${handle}`);
      return page;
    },
    "without one": async ({ member, visitor: stranger }) => {
      const [ada, { page }] = [await member("李小龙"), await stranger()];
      const { handle } = await ada.writeOk<{ handle: string }>("PATCH", "/api/profile", {
        visibility: "public",
      });
      await page.goto(`/u/${handle}`);
      return page;
    },
  },
  "/review": {
    "no grant": async ({ reviewer }) => {
      const { page } = await reviewer("Grace Hopper", []);
      await page.goto("/review");
      return page;
    },
    "something waits": async ({ member, reviewer }) => {
      const [ada, grace] = [await member(), await reviewer()];
      await ada.uploadFile("dbsCertificate", "phone-landscape.jpg");
      await grace.page.goto("/review");
      await expect(grace.page.getByText("Ada Lovelace").first()).toBeVisible();
      return grace.page;
    },
    "nothing in this part": async ({ reviewer }) => {
      const { page } = await reviewer();
      await page.goto("/review?claimed=me");
      await expect(page.getByText("You hold no document")).toBeVisible();
      return page;
    },
  },
  "/review/[fileId]": {
    "face down": async ({ member, reviewer }) => {
      const [ada, grace] = [await member(), await reviewer()];
      await grace.page.goto(`/review/${(await ada.uploadFile("dbsCertificate", "scanned.pdf")).id}`);
      await expect(grace.page.getByText("Closed until you open it")).toBeVisible();
      return grace.page;
    },
    "claimed, approving in vain": async ({ member, reviewer }) => {
      const [ada, grace] = [await member(), await reviewer()];
      await grace.page.goto(`/review/${(await ada.uploadFile("dbsCertificate", "scanned.pdf")).id}`);
      await grace.page.getByRole("button", { name: "Claim this document" }).click();
      const first = grace.page.getByRole("img", { name: /^Page 1 of / });
      await expect.poll(() => first.evaluate((it: HTMLImageElement) => it.naturalWidth)).toBeGreaterThan(0);
      await grace.page.getByRole("button", { name: "Approve" }).click();
      await grace.page.getByRole("button", { name: "Approve this document" }).click();
      await expect(grace.page.getByRole("alert", { name: "Please look at this again" })).toBeFocused();
      return grace.page;
    },
    decided: async ({ member, reviewer }) => {
      const [ada, grace] = [await member(), await reviewer()];
      const file = await ada.uploadFile("dbsCertificate", "scanned.pdf");
      await grace.decide(file, APPROVAL);
      await grace.page.goto(`/review/${file.id}`);
      await expect(grace.page.getByRole("heading", { name: "Decided" })).toBeVisible();
      return grace.page;
    },
    "the list of keys": async ({ member, reviewer }) => {
      const [ada, grace] = [await member(), await reviewer()];
      await grace.page.goto(`/review/${(await ada.uploadFile("dbsCertificate", "phone-landscape.jpg")).id}`);
      await grace.page.getByRole("button", { name: "Keys" }).click();
      await expect(grace.page.getByRole("dialog")).toBeVisible();
      return grace.page;
    },
  },
  "/admin/storage": {
    "not looked at yet": async ({ admin }) => {
      const { page } = await admin();
      await page.goto("/admin/storage");
      return page;
    },
    "looked at": async ({ admin }) => {
      const { page } = await admin();
      await page.goto("/admin/storage");
      await page.getByRole("button", { name: "Look now" }).click();
      await expect(page.getByText(/^All is well/)).toBeVisible();
      return page;
    },
  },
  "not found": {
    "to a stranger": async ({ visitor: stranger }) => {
      const somebody = await stranger();
      somebody.allowConsoleErrors(/status of 404 .*\/nothing\)$/);
      await somebody.page.goto("/nothing");
      return somebody.page;
    },
  },
};

/** The pages that there are, as addresses: groups in brackets are no part of one. */
function routes(): string[] {
  return readdirSync("app", { recursive: true, encoding: "utf8" })
    .map((path) => path.split(sep))
    .filter((parts) => parts.at(-1) === "page.tsx" && !parts.includes("api"))
    .map(
      (parts) =>
        `/${parts
          .slice(0, -1)
          .filter((part) => !/^\(.*\)$/.test(part))
          .join("/")}`,
    )
    .sort();
}

test("every page of the site is looked at here", () => {
  expect(routes().filter((route) => !Object.hasOwn(STATES, route))).toEqual([]);
  expect(Object.keys(STATES).filter((route) => route !== "not found" && !routes().includes(route))).toEqual(
    [],
  );
});

for (const [route, states] of Object.entries(STATES)) {
  for (const [name, state] of Object.entries(states)) {
    test(`${route}, ${name}: readable and operable in both themes, narrow and wide`, async ({ people }) => {
      const page = await state(people);
      for (const colorScheme of THEMES) {
        for (const width of WIDTHS) {
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          await page.setViewportSize({ width, height: 844 });
          await settled(page);
          const where = `${route}, ${name}, ${colorScheme}, ${width}`;
          await expectAccessible(page, where, { colours: colorScheme === "dark" });
          await keepPicture(page, where);
        }
      }
    });
  }
}

/** Nothing is judged half-way between two colours. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await expect.poll(() => page.evaluate(() => document.getAnimations().length)).toBe(0);
}

/** With SCREENSHOTS=<folder> each page that is looked at here is kept there, for eyes. */
async function keepPicture(page: Page, where: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  const name = where.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "");
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true, animations: "disabled" });
}

/** The dark theme has the same elements in other colours: there only those are judged anew. */
async function expectAccessible(page: Page, where: string, { colours }: { colours: boolean }): Promise<void> {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  // In the page itself: for frames of other sites, of which there are none, axe would open a tab of its own each time.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
  const { violations } = await (colours
    ? axe.withRules(["color-contrast", "link-in-text-block"])
    : axe.withTags(tags)
  ).analyze();
  const told = violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
  );
  expect(told, where).toEqual([]);
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(sideways, `${where}: no scrolling sideways`).toBeLessThanOrEqual(0);
  expect(await smallTargets(page), `${where}: targets of 24 px at least`).toEqual([]);
}

/** What can be pressed and is smaller than 24 by 24 px, but for links within a sentence (WCAG 2.5.8). */
function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("a, button, input, select, textarea, summary")]
      .filter((element) => {
        const shown =
          element instanceof HTMLInputElement && element.labels?.[0] ? element.labels[0] : element;
        const { width, height } = shown.getBoundingClientRect();
        const hidden = !element.checkVisibility({ visibilityProperty: true }) || width * height <= 1;
        const inText = getComputedStyle(element).display === "inline";
        return !hidden && !inText && !element.classList.contains("skip") && (width < 24 || height < 24);
      })
      .map((element) => element.outerHTML.slice(0, 200)),
  );
}
