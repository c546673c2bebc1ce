import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type APIRequestContext, type APIResponse, expect, type Page } from "@playwright/test";
import { type FixtureName, fixturePath } from "../lib/inspect/testing/fixtures";
import type { BrowserErrorMonitor } from "./browser-error-monitor";

export type StoredFile = {
  id: string;
  name: string;
  status: string;
  sha256: string;
  url?: string;
  variants?: { url: string; width: number; type: string }[];
};
type Profile = {
  id: string;
  name: string;
  handle: string;
  headline: string;
  bio: string;
  links: { url: string; label?: string }[];
  picture: StoredFile | null;
  files: StoredFile[];
};
type PersonOptions = {
  name: string;
  email: string;
  password: string;
  page: Page;
  origin: string;
  errorMonitor: BrowserErrorMonitor;
};

const TYPES = new Map([
  ["pdf", "application/pdf"],
  ["jpg", "image/jpeg"],
  ["png", "image/png"],
]);

/**
 * A person with a browser, and the same session over plain HTTP for the steps that a test does not
 * show.
 */
export class Person {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly page: Page;
  readonly request: APIRequestContext;
  readonly #origin: string;
  readonly #errorMonitor: BrowserErrorMonitor;

  constructor({ name, email, password, page, origin, errorMonitor }: PersonOptions) {
    this.name = name;
    this.email = email;
    this.password = password;
    this.page = page;
    this.request = page.context().request;
    this.#origin = origin;
    this.#errorMonitor = errorMonitor;
  }

  /** Accepts console errors that match. */
  allowConsoleErrors(words: RegExp): void {
    this.#errorMonitor.allowErrors(words);
  }

  /** Counts the fields of the documents page. */
  async countDocumentFields(): Promise<number> {
    const response = await this.request.get("/api/fields");
    const { fields }: { fields: { asked?: string }[] } = await response.json();
    return fields.filter(({ asked }) => asked === "everyone").length;
  }

  async profile(): Promise<Profile> {
    return (await this.request.get("/api/profile")).json();
  }

  /** Sends a write that has to succeed, and returns its body. */
  async writeOk<T>(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, data?: object): Promise<T> {
    const response = await this.sendWrite(method, path, data);
    expect(response.ok(), `${method} ${path}: ${response.status()} ${await response.text()}`).toBe(true);
    return response.status() === 204 ? (undefined as T) : response.json();
  }

  /** Sends a write with the Origin of this site. */
  sendWrite(method: string, path: string, data?: object): Promise<APIResponse> {
    return this.request.fetch(path, { method, data, headers: { origin: this.#origin }, maxRedirects: 0 });
  }

  /** Uploads a file as the browser does: ticket, PUT, completion. */
  async uploadFile(field: string, from: FixtureName, name: string = from): Promise<StoredFile> {
    const bytes = await readFile(await fixturePath(from));
    const type = TYPES.get(from.split(".").at(-1) ?? "") ?? "application/octet-stream";
    const sha256 = createHash("sha256").update(bytes).digest("base64");
    const declared = { field, name, type, size: bytes.length, sha256 };
    const ticket = await this.writeOk<{
      id: string;
      upload: { method: string; url: string; headers: Record<string, string> };
    }>("POST", "/api/uploads", declared);
    const { url, method, headers } = ticket.upload;
    const put = await fetch(new URL(url, this.#origin), { method, headers, body: new Uint8Array(bytes) });
    expect(put.ok, `PUT: ${put.status}`).toBe(true);
    for (;;) {
      const path = `/api/uploads/${ticket.id}/complete`;
      const { file } = await this.writeOk<{ file?: StoredFile }>("POST", path, {});
      if (file) return file;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Claims, opens a page and decides over HTTP. */
  async decide(file: StoredFile, decision: object): Promise<void> {
    await this.writeOk("PUT", `/api/reviews/${file.id}/claim`);
    await this.request.get(`/api/files/${file.id}/pages/1`, { maxRedirects: 0 });
    await this.writeOk("POST", `/api/reviews/${file.id}/decision`, { sha256: file.sha256, ...decision });
  }
}

export const APPROVAL = {
  outcome: "approve",
  facts: { certificateNumber: "001234567890", issuedOn: "2026-03-01" },
};
