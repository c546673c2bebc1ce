import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { root } from "../../server/root";

/** Somebody with an account and a browser of their own, who writes down what it fetched and what it complained of. */
export type Visitor = {
  page: Page;
  /** Files of the build that it was given: where from, and how packed. */
  files: { origin: string; path: string; status: number; encoding: string }[];
  /** Errors in the console, exceptions, violations of the policy, requests that failed, files that did not come. */
  browserErrors: string[];
  close(): Promise<void>;
};

const BUILD_PATH_PREFIX = "/_next/static/";

export async function openVisitor(browser: Browser, url: string): Promise<Visitor> {
  const context = await browser.newContext({ baseURL: url });
  const [files, complaints]: [Visitor["files"], string[]] = [[], []];
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(String(error.error())));
  context.on("requestfailed", (request) => {
    // What a page had asked for when it was left is nobody's fault.
    const why = request.failure()?.errorText ?? "";
    if (why !== "net::ERR_ABORTED") complaints.push(`${request.url()}: ${why}`);
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
  return { page, files, browserErrors: complaints, close: () => context.close() };
}

/** Signs up by the form, as people do. */
export async function signUp({ page }: Visitor): Promise<void> {
  await page.goto("/sign-up");
  await page.getByLabel("Your name").fill("Ada Lovelace");
  await page
    .getByLabel("E-mail address")
    .fill(`ada-${Date.now()}-${Math.random().toString(36).slice(2)}@example.org`);
  await page.getByLabel("Password", { exact: true }).fill("three quiet words");
  await page.getByRole("button", { name: "Open your dossier" }).click();
  await page.waitForURL("**/profile");
}

/** Chooses a picture, for which a page that is open must fetch code that it has not needed before. */
export async function choosePicture({ page }: Visitor): Promise<void> {
  await page
    .getByLabel("Choose a picture for Profile picture")
    .setInputFiles(join(root, "public", "dossier.png"));
  await page.getByRole("dialog", { name: "Choose the part that is shown" }).getByRole("slider").waitFor();
}
