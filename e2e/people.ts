import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import {
  type APIRequestContext,
  type BrowserContext,
  type BrowserContextOptions,
  test as base,
  expect,
  type FullProject,
} from "@playwright/test";
import { BrowserErrorMonitor } from "./browser-error-monitor";
import { Person } from "./person";

/**
 * Makes the people of a test. Each has a browser, and an error in any of the browsers fails the
 * test.
 */
export type People = {
  /** A person with an account, signed in. */
  member(name?: string, options?: BrowserContextOptions): Promise<Person>;
  /** A reviewer with an admin's grant for these fields. */
  reviewer(name?: string, fields?: readonly string[], options?: BrowserContextOptions): Promise<Person>;
  /** An admin without grants. */
  admin(): Promise<Person>;
  /** A person without an account. */
  visitor(options?: BrowserContextOptions): Promise<Person>;
};

export const REVIEWED_FIELDS = ["dbsCertificate", "medicalLetter"] as const;
const PASSWORD = "three quiet words";

type WorkerFixtures = { firstAdmin: { request: APIRequestContext; email: string } };

export const test = base.extend<{ people: People }, WorkerFixtures>({
  /** Makes the first admin from the command line, as a deployment does. */
  firstAdmin: [
    async ({ playwright }, use, { project }) => {
      const { baseURL = "" } = project.use;
      const email = `admin-${randomUUID().slice(0, 8)}@example.org`;
      const person = ["--role", "admin", "--name", "The first admin", "--password", PASSWORD];
      await runPersonCommand(project, [email, ...person]);
      const request = await playwright.request.newContext({ baseURL, extraHTTPHeaders: { origin: baseURL } });
      await sendWrite(request, "POST", "/api/auth/sign-in/email", { email, password: PASSWORD });
      await use({ request, email });
      await request.dispose();
    },
    { scope: "worker", timeout: 60_000 },
  ],

  people: async ({ browser, firstAdmin, baseURL }, use) => {
    const origin = baseURL ?? "";
    const errorMonitor = new BrowserErrorMonitor();
    const contexts: BrowserContext[] = [];
    const open = async (name: string, options: BrowserContextOptions = {}) => {
      const context = await browser.newContext({ baseURL: origin, ...options });
      contexts.push(context);
      await errorMonitor.monitor(context, name);
      const page = await context.newPage();
      return new Person({ name, email: emailOf(name), password: PASSWORD, page, origin, errorMonitor });
    };
    const member = async (name = "Ada Lovelace", options?: BrowserContextOptions) => {
      const person = await open(name, options);
      const { email, password } = person;
      const response = await person.request.fetch("/api/auth/sign-up/email", {
        method: "POST",
        data: { name, email, password },
        headers: { origin, "x-forwarded-for": newAddress() },
      });
      expect(response.status(), await response.text()).toBe(200);
      return person;
    };
    const admin = async () => {
      const person = await open("The first admin");
      await person.writeOk("POST", "/api/auth/sign-in/email", {
        email: firstAdmin.email,
        password: PASSWORD,
      });
      return person;
    };
    const reviewer = async (
      name = "Grace Hopper",
      fields: readonly string[] = REVIEWED_FIELDS,
      options?: BrowserContextOptions,
    ) => {
      const person = await member(name, options);
      const { id } = await person.profile();
      await sendWrite(firstAdmin.request, "PATCH", `/api/people/${id}`, { role: "reviewer" });
      await sendWrite(firstAdmin.request, "PUT", `/api/people/${id}/grants`, { fields });
      return person;
    };
    await use({ member, reviewer, admin, visitor: (options) => open("A stranger", options) });
    await Promise.all(contexts.map((context) => context.close()));
    await errorMonitor.expectNoErrors();
  },
});

/** Runs `npm run person` for the site of a project. Returns what it prints. */
export async function runPersonCommand(
  { use, metadata }: FullProject,
  args: readonly string[],
): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", "scripts/person.ts", ...args],
    { env: { ...process.env, DATA_DIR: metadata.dataDir, APP_URL: use.baseURL } },
  );
  return stdout;
}

export { expect } from "@playwright/test";
export { APPROVAL, Person } from "./person";

async function sendWrite(
  request: APIRequestContext,
  method: string,
  path: string,
  data: object,
): Promise<void> {
  const response = await request.fetch(path, { method, data });
  expect(response.status(), `${path}: ${await response.text()}`).toBe(200);
}

/**
 * Sign-ups count per address, and the test server trusts one proxy. RFC 3849 documents the range.
 */
function newAddress(): string {
  return `2001:db8:${randomUUID().slice(0, 4)}:${randomUUID().slice(0, 4)}::1`;
}

function emailOf(name: string): string {
  const stem = name.normalize("NFKD").replace(/[^A-Za-z]+/g, "") || "somebody";
  return `${stem.toLowerCase()}-${randomUUID().slice(0, 8)}@example.org`;
}
