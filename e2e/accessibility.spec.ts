import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { join, sep } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { fixturePath } from "../lib/inspect/testing/fixtures";
import { isCampaign } from "../tests/support/campaign";
import { addAuthenticator } from "./authenticator";
import { createLargeDocument } from "./large-document";
import { readMailLink } from "./mail-link";
import { emulateNetwork } from "./network-conditions";
import { APPROVAL, expect, type People, type Person, test } from "./people";
import { saveToMemory } from "./saved-archive";

/** Opens a page in one of its states. */
type State = (people: People) => Promise<Page>;

const LOOKS = [
  { colorScheme: "light", width: 390 },
  { colorScheme: "dark", width: 1280 },
  { colorScheme: "light", width: 1280 },
  { colorScheme: "dark", width: 390 },
] as const;

/**
 * Returns the looks of the n-th state: in turn a phone in the light and a desktop in the dark
 * theme, in a campaign every combination.
 */
function looksOf(index: number) {
  return isCampaign ? LOOKS : LOOKS.slice(index % 2, (index % 2) + 1);
}

const visit =
  (path: string): State =>
  async ({ visitor: stranger }) => {
    const { page } = await stranger();
    await page.goto(path);
    return page;
  };

const STATES: Record<string, Record<string, State>> = {
  "/": { empty: visit("/") },
  "/mail/unsubscribe": { "incomplete link": visit("/mail/unsubscribe?token=cut") },
  "/sign-in": {
    empty: visit("/sign-in"),
    "second step": async ({ member, visitor: stranger }) => {
      const [ada, { page }] = [await member(), await stranger()];
      await addAuthenticator(ada.page);
      await ada.page.goto("/security");
      await ada.page.getByRole("button", { name: "Add a passkey…" }).click();
      await ada.page.getByRole("button", { name: "Continue" }).click();
      await expect(ada.page.getByText("not used yet")).toBeVisible();
      await page.goto("/sign-in");
      await page.getByLabel("E-mail address").fill(ada.email);
      await page.getByLabel("Password", { exact: true }).fill(ada.password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.getByRole("heading", { name: "Second step" })).toBeVisible();
      return page;
    },
    refused: async (people) => {
      const page = await visit("/sign-in")(people);
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.getByRole("alert", { name: "You are not signed in yet" })).toBeFocused();
      return page;
    },
  },
  "/address/[token]": { "incomplete link": visit("/address/cut") },
  "/address/undo/[token]": { "incomplete link": visit("/address/undo/cut") },
  "/security": {
    "nothing added": async ({ member }) => {
      const { page } = await member();
      await page.goto("/security");
      return page;
    },
    "an app being set up": async ({ member }) => {
      const { page } = await member();
      await page.goto("/security");
      await page.getByRole("button", { name: "Set up an app…" }).click();
      await expect(page.getByAltText(/^QR code/)).toBeVisible();
      await page.getByRole("button", { name: "Confirm" }).click();
      await expect(page.getByLabel("Code")).toBeFocused();
      return page;
    },
    "a wrong entry in a dialog": async ({ member }) => {
      const { page } = await member();
      await page.goto("/security");
      await page.getByRole("button", { name: "Change password…" }).click();
      await page.getByRole("button", { name: "Change password", exact: true }).click();
      await expect(page.getByText("Enter your present password.")).toBeVisible();
      return page;
    },
    "a passkey": async ({ member }) => {
      const ada = await member();
      await addAuthenticator(ada.page);
      await ada.page.goto("/security");
      await ada.page.getByRole("button", { name: "Add a passkey…" }).click();
      await ada.page.getByRole("button", { name: "Continue" }).click();
      await expect(ada.page.getByText("not used yet")).toBeVisible();
      return ada.page;
    },
  },
  "/sign-up": {
    empty: visit("/sign-up"),
    refused: async (people) => {
      const page = await visit("/sign-up")(people);
      await page.getByLabel("Your name").fill("Ada");
      await page.getByRole("button", { name: "Create account" }).click();
      await expect(page.getByRole("alert", { name: "Your account was not created" })).toBeFocused();
      return page;
    },
  },
  "/recover": {
    empty: visit("/recover"),
    sent: async (people) => {
      const page = await visit("/recover")(people);
      await page.getByLabel("E-mail address").fill("ada@example.org");
      await page.getByRole("button", { name: "Send the link" }).click();
      await expect(page.getByText("Look into your mailbox")).toBeVisible();
      return page;
    },
  },
  "/recover/[token]": { "incomplete link": visit("/recover/cut") },
  "/verify/[token]": { "incomplete link": visit("/verify/cut") },
  "/join/[token]": {
    "incomplete link": visit("/join/cut"),
    refused: async (people) => {
      const email = `${randomUUID()}@example.org`;
      const [{ page }, admin] = [await people.visitor(), await people.admin()];
      await admin.writeOk("POST", "/api/invitations", { people: [{ email }] });
      await page.goto(await readMailLink(page.request, email, "join"));
      await page.getByRole("button", { name: "Join" }).click();
      await expect(page.getByRole("alert", { name: "You have not joined yet" })).toBeFocused();
      return page;
    },
  },
  "/admin/people/invite": {
    "no list": async ({ admin }) => {
      const { page } = await admin();
      await page.goto("/admin/people/invite");
      return page;
    },
    "invited people, and a list with faults": async ({ admin }) => {
      const { page } = await admin();
      await page.goto("/admin/people/invite");
      const list = ["Ada Lovelace;ada-invited@example.org", "grace-invited@example.org", "no address"];
      await page.getByLabel("E-mail addresses").fill(list.join("\n"));
      await page.getByLabel("Role").selectOption("Reviewer");
      await page.getByRole("button", { name: "Invite", exact: true }).click();
      await expect(page.getByRole("heading", { name: "ada-invited@example.org" })).toBeVisible();
      return page;
    },
  },
  "/documents": {
    "no document": async ({ member }) => {
      const { page } = await member();
      await page.goto("/documents");
      return page;
    },
    "every status": async ({ member, reviewer }) => {
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
      for (const earlier of await ada.page.getByText(/^Earlier files \(/).all()) await earlier.click();
      return ada.page;
    },
    "asked, overdue and with a message": async ({ admin, member }) => {
      const [ines, ada] = [await admin(), await member("Ada Lovelace")];
      const members = [(await ada.profile()).id];
      const request = { members, message: "For the new role." };
      await ines.writeOk("POST", "/api/requests", { ...request, field: "medicalLetter" });
      const dueAt = new Date(Date.now() + 2000).toISOString();
      await ines.writeOk("POST", "/api/requests", { ...request, field: "contract", dueAt });
      await expect(async () => {
        await ada.page.goto("/documents");
        await expect(ada.page.getByText(/^Overdue: /)).toBeVisible({ timeout: 1000 });
      }).toPass();
      return ada.page;
    },
    "refused file and open menu": async ({ member }) => {
      const { page } = await member();
      await page.goto("/documents");
      const control = page.getByLabel("Choose a file for DBS certificate");
      await control.setInputFiles(await fixturePath("gif-renamed.jpg"));
      await expect(page.getByText("This file type is not accepted").first()).toBeVisible();
      await page.getByRole("button", { name: /^Account of/ }).click();
      return page;
    },
    "unfinished and paused contracts": async ({ member }) => {
      const { page } = await member();
      const [first, second] = ["signed.pdf", "appendix.pdf"].map((name) => test.info().outputPath(name));
      await Promise.all([first, second].map((path) => createLargeDocument(path ?? "", 34)));
      await page.goto("/documents");
      const setNetwork = await emulateNetwork(page);
      await setNetwork({ uploadThroughput: 1_000_000 });
      const control = page.getByLabel("Choose files for Contracts");
      await control.setInputFiles(first ?? "");
      await expect(page.getByText(/^[1-9] % · /)).toBeVisible();
      await page.reload();
      const again = page.getByLabel("Choose the file again for signed.pdf");
      await again.setInputFiles(second ?? "");
      await expect(page.getByRole("button", { name: /^Upload it as a new file/ })).toBeVisible();
      await control.setInputFiles(second ?? "");
      await expect(page.getByText(/^[1-9] % · /)).toBeVisible();
      await page.getByRole("button", { name: "Pause appendix.pdf" }).click();
      await expect(page.getByText(/^Paused · /)).toBeVisible();
      return page;
    },
    "replace dialog, and a letter refused before its upload": async ({ member }) => {
      const ada = await member();
      const { page } = ada;
      await ada.uploadFile("dbsCertificate", "phone-landscape.jpg");
      await page.goto("/documents");
      await page.getByLabel("Choose files for Medical letter").setInputFiles(await fixturePath("locked.pdf"));
      await expect(page.locator("#medicalLetter-uploads")).toContainText("This PDF has a password");
      const control = page.getByLabel("Choose a new copy for DBS certificate");
      await control.setInputFiles(await fixturePath("scanned.pdf"));
      await expect(page.getByRole("dialog", { name: "Replace your document?" })).toBeVisible();
      return page;
    },
    "withdraw dialog": async ({ member }) => {
      const ada = await member();
      await ada.uploadFile("contract", "scanned.pdf");
      await ada.page.goto("/documents");
      await ada.page.getByRole("button", { name: "Withdraw scanned.pdf" }).click();
      await expect(ada.page.getByRole("dialog")).toBeVisible();
      return ada.page;
    },
  },
  "/data": {
    "no document": async ({ member }) => {
      const { page } = await member();
      await page.goto("/data");
      return page;
    },
    "a saved copy with a problem": async ({ member, reviewer }) => {
      const [ada, grace] = [await member(), await reviewer()];
      const outcome = { outcome: "request_changes", reason: "incomplete", message: "Page two is missing." };
      await grace.decide(await ada.uploadFile("medicalLetter", "phone-landscape.jpg"), outcome);
      const { id } = await ada.uploadFile("contract", "scanned.pdf", `${"a very long name ".repeat(8)}.pdf`);
      const { page } = ada;
      await saveToMemory(page);
      // The browser reports the response as an error.
      ada.allowConsoleErrors(/410/);
      await page.route(`**/api/files/${id}/content**`, (route) => route.fulfill({ status: 410 }));
      await page.goto("/data");
      await page.getByRole("button", { name: "Download my data" }).click();
      await expect(page.getByText("but some files have a problem")).toBeVisible();
      return page;
    },
    "a download that waits": async ({ member }) => {
      const ada = await member();
      await ada.uploadFile("contract", "scanned.pdf");
      const { page } = ada;
      await saveToMemory(page);
      ada.allowConsoleErrors(/503/);
      await page.route("**/content**", (route) => route.fulfill({ status: 503 }));
      await page.goto("/data");
      await page.getByRole("button", { name: "Download my data" }).click();
      await expect(page.getByText("Cannot connect. Trying again.").first()).toBeVisible();
      return page;
    },
    "dialog to leave": async ({ reviewer }) => {
      const { page } = await reviewer();
      await page.goto("/data");
      await page.getByRole("button", { name: "Leave…" }).click();
      await expect(page.getByRole("dialog", { name: "Leave now?" })).toBeVisible();
      return page;
    },
    "files that stay, and a wrong password": async ({ member }) => {
      const ada = await member();
      const { page } = ada;
      ada.allowConsoleErrors(/status of 422 .*\/api\/account\/erasure/);
      await ada.uploadFile("contract", "scanned.pdf");
      await page.goto("/data");
      await page.getByRole("button", { name: "Erase account…" }).click();
      const dialog = page.getByRole("dialog", { name: "Erase your account?" });
      await dialog.getByRole("textbox", { name: "Password" }).fill("something else");
      await dialog.getByRole("button", { name: "Erase in seven days" }).click();
      await expect(dialog.getByText("This is not your password")).toBeVisible();
      return page;
    },
    "asked for, and left": async ({ member }) => {
      const ada = await member();
      await ada.uploadFile("contract", "scanned.pdf");
      await ada.writeOk("POST", "/api/account/leave");
      const { email, password } = ada;
      await ada.writeOk("POST", "/api/auth/sign-in/email", { email, password });
      await ada.writeOk("POST", "/api/account/erasure", { password });
      await ada.page.goto("/data");
      await expect(ada.page.getByText(/^You came back on/)).toBeVisible();
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
    "public, address refused": async ({ member }) => {
      const ada = await member();
      ada.allowConsoleErrors(/status of 422 .*\/api\/profile\)$/);
      await ada.uploadFile("profilePicture", "phone-portrait.jpg");
      await ada.writeOk("PATCH", "/api/profile", { visibility: "public" });
      await ada.page.goto("/profile");
      await ada.page.getByLabel("Address of your page").fill("admin");
      await ada.page.getByRole("button", { name: "Save address" }).click();
      await expect(ada.page.getByRole("alert", { name: "Not saved yet" })).toBeFocused();
      return ada.page;
    },
    "link refused, with an undo and a preview": async ({ member }) => {
      const { page } = await member("Żaneta Błońska");
      await page.goto("/profile");
      const preview = page.getByRole("button", { name: "Preview your page" });
      if (await preview.isVisible()) await preview.click();
      await page.getByLabel("Headline").fill("Volunteer tutor");
      await page.getByRole("button", { name: "Add a link" }).click();
      await page.getByLabel("Link 1", { exact: true }).fill("http://example.org");
      await page.getByRole("button", { name: "Add a link" }).click();
      await expect(page.getByText("The address must begin with https://.").first()).toBeVisible();
      await expect(page.getByRole("button", { name: /^Undo/ })).toBeVisible();
      return page;
    },
    "picture refused before its upload": async ({ member }) => {
      const { page } = await member();
      await page.goto("/profile");
      const control = page.getByLabel("Choose a picture for Profile picture");
      await control.setInputFiles(await fixturePath("animated.webp"));
      await expect(page.locator("#profilePicture-uploads")).toContainText("This picture moves.");
      return page;
    },
    "crop dialog": async ({ member }) => {
      const { page } = await member();
      await page.goto("/profile");
      const control = page.getByLabel("Choose a picture for Profile picture");
      await control.setInputFiles(await fixturePath("phone-landscape.jpg"));
      await expect(page.getByRole("slider", { name: "Zoom" })).toBeVisible();
      return page;
    },
  },
  "/u/[handle]/badge": {
    "an approval": async ({ member, reviewer, visitor: stranger }) => {
      const [ada, grace, { page }] = [await member("Ada Lovelace"), await reviewer(), await stranger()];
      await grace.decide(await ada.uploadFile("dbsCertificate", "scanned.pdf"), APPROVAL);
      const shown = { visibility: "public", badges: ["dbsCertificate"] };
      const { handle } = await ada.writeOk<{ handle: string }>("PATCH", "/api/profile", shown);
      await page.goto(`/u/${handle}/badge`);
      await expect(page.getByRole("img", { name: /^QR code of / })).toBeVisible();
      return page;
    },
    "no approval": async ({ member, visitor: stranger }) => {
      const [ada, { page }] = [await member("Ada Lovelace"), await stranger()];
      const shown = { visibility: "public", badges: ["dbsCertificate"] };
      const { handle } = await ada.writeOk<{ handle: string }>("PATCH", "/api/profile", shown);
      await page.goto(`/u/${handle}/badge`);
      return page;
    },
  },
  "/u/[handle]": {
    "with a picture": async ({ member, visitor: stranger }) => {
      const [ada, { page }] = [await member("Ada Lovelace"), await stranger()];
      await ada.uploadFile("profilePicture", "phone-portrait.jpg");
      const shown = {
        ...{ visibility: "public", headline: "Volunteer tutor", bio: "One line.\nAnother line." },
        ...{ pronouns: "she/her", location: "Kraków", languages: "polski, English" },
        links: [{ url: "https://example.org/", label: "My garden" }, { url: "https://example.com/ada" }],
      };
      const { handle } = await ada.writeOk<{ handle: string }>("PATCH", "/api/profile", shown);
      await page.goto(`/u/${handle}`);
      return page;
    },
    "without a picture": async ({ member, visitor: stranger }) => {
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
    "one document": async ({ member, reviewer }) => {
      const [ada, grace] = [await member(), await reviewer()];
      await ada.uploadFile("dbsCertificate", "phone-landscape.jpg");
      await grace.page.goto("/review");
      await expect(grace.page.getByText("Ada Lovelace").first()).toBeVisible();
      return grace.page;
    },
    "no claim": async ({ reviewer }) => {
      const { page } = await reviewer();
      await page.goto("/review?claimed=me");
      await expect(page.getByText("You have claimed no document")).toBeVisible();
      return page;
    },
  },
  "/review/[fileId]": {
    "not opened": async ({ member, reviewer }) => {
      const [ada, grace] = [await member(), await reviewer()];
      await grace.page.goto(`/review/${(await ada.uploadFile("dbsCertificate", "scanned.pdf")).id}`);
      await expect(grace.page.getByText("Opening this document is logged")).toBeVisible();
      return grace.page;
    },
    "claimed, approval incomplete": async ({ member, reviewer }) => {
      const [ada, grace] = [await member(), await reviewer()];
      await grace.page.goto(`/review/${(await ada.uploadFile("dbsCertificate", "scanned.pdf")).id}`);
      await grace.page.getByRole("button", { name: "Claim this document" }).click();
      const first = grace.page.getByRole("img", { name: /^Page 1 of / });
      await expect.poll(() => first.evaluate((it: HTMLImageElement) => it.naturalWidth)).toBeGreaterThan(0);
      await grace.page.getByRole("button", { name: "Approve" }).click();
      await grace.page.getByRole("button", { name: "Approve this document" }).click();
      await expect(grace.page.getByRole("alert", { name: "Some entries need your attention" })).toBeFocused();
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
    "shortcuts dialog": async ({ member, reviewer }) => {
      const [ada, grace] = [await member(), await reviewer()];
      await grace.page.goto(`/review/${(await ada.uploadFile("dbsCertificate", "phone-landscape.jpg")).id}`);
      await grace.page.getByRole("button", { name: "Shortcuts" }).click();
      await expect(grace.page.getByRole("dialog")).toBeVisible();
      return grace.page;
    },
  },
  "/documents/[fileId]/receipt": {
    "of a withdrawn document": async ({ member }) => {
      const ada = await member();
      const { id } = await ada.uploadFile("contract", "scanned.pdf");
      await ada.writeOk("DELETE", `/api/files/${id}`);
      await ada.page.goto("/documents");
      await ada.page.getByText(/^Earlier files/).click();
      await ada.page.getByRole("link", { name: /^Receipt/ }).click();
      await expect(ada.page.getByRole("heading", { name: "Receipt of a deletion" })).toBeVisible();
      return ada.page;
    },
  },
  "/admin": {
    "with a document that waits": async ({ admin, member }) => {
      const [{ page }, ada] = [await admin(), await member()];
      await ada.uploadFile("dbsCertificate", "scanned.pdf");
      await page.goto("/admin");
      await expect(page.getByRole("link", { name: /waits? for a review/ })).toBeVisible();
      return page;
    },
  },
  "/admin/people": {
    people: async ({ admin, member, reviewer }) => {
      const [{ page }] = [await admin(), await member(), await reviewer()];
      await page.goto("/admin/people");
      return page;
    },
    "no match": async ({ admin }) => {
      const { page } = await admin();
      await page.goto("/admin/people?query=zzz&role=admin&state=left");
      await expect(page.getByRole("heading", { name: "No person matches this search" })).toBeVisible();
      return page;
    },
  },
  "/admin/people/[id]": {
    "a reviewer": async ({ admin, reviewer }) => {
      const [{ page }, grace] = [await admin(), await reviewer()];
      await page.goto(`/admin/people/${(await grace.profile()).id}`);
      return page;
    },
    "a suspended member": async ({ admin, member }) => {
      const [ines, ada] = [await admin(), await member()];
      await ada.uploadFile("contract", "scanned.pdf");
      const { id } = await ada.profile();
      await ines.writeOk("PATCH", `/api/people/${id}`, { state: "suspended", workName: "Office" });
      await ines.page.goto(`/admin/people/${id}`);
      await expect(ines.page.getByRole("button", { name: "Lift suspension" })).toBeVisible();
      return ines.page;
    },
    "dialog of a suspension": async ({ admin, member }) => {
      const [{ page }, ada] = [await admin(), await member()];
      await page.goto(`/admin/people/${(await ada.profile()).id}`);
      await page.getByRole("button", { name: "Suspend…" }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      return page;
    },
    "the own account": async ({ admin }) => {
      const ines = await admin();
      const { page } = ines;
      await page.goto(`/admin/people/${(await ines.profile()).id}`);
      await expect(page.getByText("This is your account")).toBeVisible();
      return page;
    },
  },
  "/admin/people/breach": {
    "opened documents": async ({ admin, member, reviewer }) => {
      const [{ page }, ada, grace] = [await admin(), await member(), await reviewer()];
      await grace.decide(await ada.uploadFile("dbsCertificate", "scanned.pdf"), APPROVAL);
      await page.goto(`/admin/people/breach?by=${(await grace.profile()).id}`);
      await expect(page.getByRole("cell", { name: /Grace Hopper/ }).first()).toBeVisible();
      return page;
    },
    "a wrong word": async ({ admin }) => {
      const { page } = await admin();
      await page.goto("/admin/people/breach?by=nobody@example.org");
      await page.getByRole("button", { name: "Sign everyone out…" }).click();
      await page.getByLabel("Type “everyone” to confirm").fill("all");
      await page.getByRole("button", { name: "Sign everyone out", exact: true }).click();
      await expect(page.getByText("Type the word “everyone”.")).toBeVisible();
      return page;
    },
  },
  "/admin/retention": {
    "with a hold": async ({ admin, member }) => {
      const page = await openHoldDialog(await admin(), await member());
      await page.getByLabel("Reason").fill("A court asks for it.");
      await page.getByRole("button", { name: "Place hold" }).click();
      await expect(page.getByText("On hold").first()).toBeVisible();
      await page.getByText("All days as a table").click();
      return page;
    },
    "dialog of a hold": async ({ admin, member }) => openHoldDialog(await admin(), await member()),
  },
  "/admin/retention/papers": {
    drafts: async ({ admin }) => {
      const { page } = await admin();
      await page.goto("/admin/retention/papers");
      return page;
    },
  },
  "/admin/trail": {
    "no match": async ({ admin }) => {
      const { page } = await admin();
      await page.goto("/admin/trail?about=nobody@example.org");
      await expect(page.getByRole("heading", { name: "No entry matches this search" })).toBeVisible();
      return page;
    },
    entries: async ({ admin, member }) => {
      const [{ page }, ada] = [await admin(), await member()];
      const file = await ada.uploadFile("contract", "scanned.pdf");
      await ada.writeOk("DELETE", `/api/files/${file.id}`);
      await page.goto(`/admin/trail?about=${file.id}`);
      await expect(page.getByRole("rowheader", { name: "Files deleted" }).first()).toBeVisible();
      return page;
    },
  },
  "/admin/mail": {
    "mails of a decision": async ({ admin, member, reviewer }) => {
      const [{ page }, ada, grace] = [await admin(), await member(), await reviewer()];
      await grace.decide(await ada.uploadFile("dbsCertificate", "scanned.pdf"), APPROVAL);
      await page.goto("/admin/mail");
      await expect(page.getByRole("heading", { name: "News about documents" }).first()).toBeVisible();
      return page;
    },
    "no failed mail": async ({ admin }) => {
      const { page } = await admin();
      await page.goto("/admin/mail?state=failed");
      return page;
    },
  },
  "/admin/requests": {
    "no request": async ({ admin }) => {
      const { page } = await admin();
      await page.goto("/admin/requests?field=nothing");
      return page;
    },
    "every state": async ({ admin, member }) => {
      const [ines, ada] = [await admin(), await member("Ada Lovelace")];
      const members = [(await ada.profile()).id];
      const request = { members, message: "For the new role.", dueAt: "2030-03-03" };
      for (const field of ["contract", "dbsCertificate", "medicalLetter"])
        await ines.writeOk("POST", "/api/requests", { ...request, field });
      await ada.uploadFile("contract", "scanned.pdf");
      await ada.uploadFile("dbsCertificate", "scanned.pdf");
      await ines.page.goto(`/admin/requests?member=${members[0]}`);
      await ines.page.getByRole("button", { name: /^Cancel request: Medical letter/ }).click();
      await expect(ines.page.getByRole("row", { name: /Cancelled/ })).toBeVisible();
      return ines.page;
    },
  },
  "/admin/requests/ask": {
    refused: async ({ admin }) => {
      const { page } = await admin();
      await page.goto("/admin/requests/ask");
      await page.getByRole("button", { name: "Ask", exact: true }).click();
      await expect(page.getByRole("alert", { name: "Nothing was sent yet" })).toBeFocused();
      return page;
    },
    "a list with its results": async ({ admin, member }) => {
      const [{ page }, ada] = [await admin(), await member("Ada Lovelace")];
      await page.goto("/admin/requests/ask");
      await page.getByLabel("Document").selectOption("Contracts");
      await page.getByLabel("Members").fill(`Ada <${ada.email}>\nstranger@example.org\nno address`);
      await page.getByText("Lines that are not used").click();
      await page.getByRole("button", { name: "Ask", exact: true }).click();
      await expect(page.getByText("No member has this address: 1")).toBeVisible();
      return page;
    },
  },
  "/admin/storage": {
    "not checked": async ({ admin }) => {
      const { page } = await admin();
      await page.goto("/admin/storage");
      return page;
    },
    checked: async ({ admin }) => {
      const { page } = await admin();
      await page.goto("/admin/storage");
      await page.getByRole("button", { name: "Run check" }).click();
      await expect(page.getByText(/^No problems found/)).toBeVisible();
      return page;
    },
  },
  "not found": {
    "to a stranger": async ({ visitor: stranger }) => {
      const visitor = await stranger();
      visitor.allowConsoleErrors(/status of 404 .*\/nothing\)$/);
      await visitor.page.goto("/nothing");
      return visitor.page;
    },
  },
};

/** Opens the dialog that places a hold on a certificate of this member. */
async function openHoldDialog({ page }: Person, member: Person): Promise<Page> {
  await member.uploadFile("dbsCertificate", "scanned.pdf");
  await page.goto("/admin/retention");
  await page
    .getByRole("button", { name: /^Hold DBS/ })
    .first()
    .click();
  await expect(page.getByRole("dialog")).toBeVisible();
  return page;
}

/** Lists the route of every page. Route groups are no part of it. */
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

test("every page has a state in this file", () => {
  expect(routes().filter((route) => !Object.hasOwn(STATES, route))).toEqual([]);
  expect(Object.keys(STATES).filter((route) => route !== "not found" && !routes().includes(route))).toEqual(
    [],
  );
});

for (const [route, states] of Object.entries(STATES)) {
  for (const [index, [name, state]] of Object.entries(states).entries()) {
    test(`${route}, ${name}, is accessible`, async ({ people }) => {
      const page = await state(people);
      for (const { colorScheme, width } of looksOf(index)) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.setViewportSize({ width, height: 844 });
        await waitForAnimations(page);
        const look = `${route}, ${name}, ${colorScheme}, ${width}`;
        await expectAccessible(page, look);
        await saveScreenshot(page, look);
      }
    });
  }
}

/** Waits until no colour changes any more. */
async function waitForAnimations(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await expect.poll(() => page.evaluate(() => document.getAnimations().length)).toBe(0);
}

/** Saves a screenshot of the page into the folder SCREENSHOTS, if it is set. */
async function saveScreenshot(page: Page, look: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  const name = look.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "");
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true, animations: "disabled" });
}

/** Expects no violation of axe's rules, no sideways scrolling and no small target. */
async function expectAccessible(page: Page, look: string): Promise<void> {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  // Legacy mode: the other mode opens a tab for frames of other sites, and there are none.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
  const { violations } = await axe.withTags(tags).analyze();
  const faults = violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
  );
  expect(faults, look).toEqual([]);
  expect(await duplicateIds(page), `${look}: ids twice`).toEqual([]);
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(sideways, `${look}: scrolls sideways`).toBeLessThanOrEqual(0);
  expect(await smallTargets(page), `${look}: targets under 24 px`).toEqual([]);
}

/** Lists ids that two elements have. A label then names the first, which axe does not report. */
function duplicateIds(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
    return ids.filter((id, index) => ids.indexOf(id) !== index);
  });
}

/** Lists controls under 24 by 24 px, except links within a sentence (WCAG 2.5.8). */
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
