import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { root } from "../../server/root";

/** A member with a browser that records its files and its errors. */
export type Visitor = {
  page: Page;
  /** The files of the build that the browser has loaded. */
  files: { origin: string; path: string; status: number; encoding: string }[];
  /** Console errors, exceptions, CSP violations and failed requests. */
  browserErrors: string[];
  close(): Promise<void>;
};

const BUILD_PATH_PREFIX = "/_next/static/";

export async function openVisitor(browser: Browser, url: string): Promise<Visitor> {
  const context = await browser.newContext({ baseURL: url });
  const [files, browserErrors]: [Visitor["files"], string[]] = [[], []];
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) browserErrors.push(message.text());
  });
  context.on("weberror", (error) => browserErrors.push(String(error.error())));
  context.on("requestfailed", (request) => {
    // A navigation aborts the open requests of the page, which is no error.
    const reason = request.failure()?.errorText ?? "";
    if (reason !== "net::ERR_ABORTED") browserErrors.push(`${request.url()}: ${reason}`);
  });
  context.on("response", (response) => {
    const { origin, pathname } = new URL(response.url());
    if (!pathname.startsWith(BUILD_PATH_PREFIX)) return;
    const encoding = response.headers()["content-encoding"] ?? "";
    files.push({ origin, path: pathname, status: response.status(), encoding });
  });
  await context.addInitScript(() =>
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
      console.error(`policy violated: ${violatedDirective} by ${blockedURI}`),
    ),
  );
  const page = await context.newPage();
  return { page, files, browserErrors, close: () => context.close() };
}

/** Signs up with the form. */
export async function signUp({ page }: Visitor): Promise<void> {
  await page.goto("/sign-up");
  await page.getByLabel("Your name").fill("Ada Lovelace");
  await page
    .getByLabel("E-mail address")
    .fill(`ada-${Date.now()}-${Math.random().toString(36).slice(2)}@example.org`);
  await page.getByLabel("Password", { exact: true }).fill("three quiet words");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL("**/profile");
}

/** Chooses a picture, so that the open page has to load more code. */
export async function choosePicture({ page }: Visitor): Promise<void> {
  await page
    .getByLabel("Choose a picture for Profile picture")
    .setInputFiles(join(root, "public", "dossier.png"));
  await page.getByRole("dialog", { name: "Choose the visible part" }).getByRole("slider").waitFor();
}
