import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Browser, chromium } from "@playwright/test";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkStaticFiles } from "../../lib/operations/static/check-static-files";
import { type Manifest, readManifests } from "../../lib/operations/static/manifest";
import { staticPolicyOf } from "../../lib/operations/static/policy";
import { openStaticBucket, type TestStaticBucket } from "../../lib/operations/static/testing/static-bucket";
import { buildAndPublish } from "../../server/build";
import { root } from "../../server/root";
import { openTestStore } from "../stores/test-store";
import { chromiumFlags, findChromium } from "../support/chromium";
import { createTestDatabase, type TestDatabase } from "../support/database";
import { findFreePort, installNginx, type Nginx, readNginxExample, startNginx } from "../support/nginx";
import { type AppServer, startAppServer } from "./app-server";
import { type Build, buildForAssetHost, buildIdOf, publishBuild, publishedTargetOf } from "./second-build";
import { choosePicture, openVisitor, signUp, type Visitor } from "./visitor";

const store = await openTestStore();
const executablePath = findChromium();
const lacking =
  installNginx() ??
  ("skipped" in store ? store.skipped : null) ??
  (executablePath ? null : "There is no Chromium.");

if (lacking !== null || "skipped" in store || !executablePath)
  test("the application behind a CDN, and a static bucket behind a CDN", ({ skip }) => skip(lacking ?? ""));
else describe("in a browser", { timeout: 180_000 }, () => topologies());

function topologies(): void {
  const scratch = mkdtempSync(join(tmpdir(), "dossier-cdn-"));
  let browser: Browser;
  let db: TestDatabase;
  let bucket: TestStaticBucket;
  /** The build of this folder, and another one whose files come from a host of their own. */
  let one: Build;
  let other: Awaited<ReturnType<typeof buildForAssetHost>>;
  const running: { stop(): Promise<void> }[] = [];
  const visitors: Visitor[] = [];

  beforeAll(async () => {
    await buildAndPublish();
    one = { folder: root, id: buildIdOf(root) };
    other = await buildForAssetHost("static.localhost");
    if ("skipped" in store) return;
    [browser, db, bucket] = await Promise.all([
      chromium.launch({ executablePath, args: chromiumFlags() }),
      createTestDatabase(),
      openStaticBucket(store),
    ]);
    // What a deployment of the other build finds where this one was.
    await publishBuild(one, publishedTargetOf(other));
    await publishBuild(other, publishedTargetOf(other));
  }, 600_000);

  afterAll(async () => {
    await browser?.close();
    await Promise.all(running.map((each) => each.stop()));
    await db?.drop();
    await bucket?.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  const settings = () => ({
    DATABASE_URL: db.url,
    DATA_DIR: join(scratch, "data"),
    AUTH_SECRET: "a secret that only tests know, long enough",
  });

  /** At `port`, or behind something at `url`. */
  async function serve(which: Build, url: string, port?: number): Promise<AppServer> {
    const server = await startAppServer(which, port ?? (await findFreePort()), {
      APP_URL: url,
      TRUSTED_PROXIES: port ? "0" : "1",
      ASSET_PREFIX: which === other ? other.assets : "",
      ...settings(),
    });
    running.push(server);
    return server;
  }

  async function visit(url: string): Promise<Visitor> {
    const visitor = await openVisitor(browser, url);
    visitors.push(visitor);
    return visitor;
  }

  async function nginx(servers: string, folder: string, port: number): Promise<Nginx> {
    const started = await startNginx(servers, { folder: join(scratch, folder), port });
    running.push(started);
    return started;
  }

  /** Landing, an account, the profile; then nothing is left to complain of, and every file of the build came from `origin`, packed where that pays. */
  async function lookAround(visitor: Visitor, origin: string): Promise<void> {
    const { page, files, browserErrors: complaints } = visitor;
    await page.goto("/", { waitUntil: "networkidle" });
    await signUp(visitor);
    await page.goto("/profile", { waitUntil: "networkidle" });
    expect(complaints).toEqual([]);
    expect(new Set(files.map((file) => file.origin))).toEqual(new Set([origin]));
    expect(new Set(files.map((file) => file.status))).toEqual(new Set([200]));
    const scripts = files.filter(({ path }) => path.endsWith(".js"));
    expect(scripts.length).toBeGreaterThan(5);
    for (const { path, encoding } of scripts) expect(`${path} ${encoding}`).toBe(`${path} br`);
    expect(files.some(({ path }) => path.endsWith(".css"))).toBe(true);
    expect(files.some(({ path }) => path.endsWith(".woff2"))).toBe(true);
  }

  /** After the site has got another build: what this page has not needed before is still to be had, and from the same place. */
  async function goOn(visitor: Visitor, origin: string, now: Build): Promise<void> {
    const before = new Set(visitor.files.map(({ path }) => path));
    await choosePicture(visitor);
    const fresh = visitor.files.filter(({ path }) => !before.has(path));
    expect(fresh.length).toBeGreaterThan(0);
    for (const file of fresh) expect(file).toMatchObject({ origin, status: 200 });
    // Not for being in both builds.
    const files = await filesOf(now);
    expect(fresh.filter(({ path }) => !Object.hasOwn(files, path))).not.toEqual([]);
    expect(visitor.browserErrors).toEqual([]);
  }

  async function filesOf(which: Build): Promise<Manifest["files"]> {
    const { manifests } = await readManifests(publishedTargetOf(which));
    return manifests.find(({ build }) => build === which.id)?.files ?? {};
  }

  test("the application behind nginx: kept there, private pages not, and a page that was open survives a deployment", async () => {
    const port = await findFreePort();
    const url = `http://localhost:${port}`;
    const [old, young] = await Promise.all([serve(one, url), serve(other, url)]);
    const before = (server: AppServer) =>
      readNginxExample("application", {
        "listen 8080": `listen ${port}`,
        "/var/cache/nginx/dossier": join(scratch, "cache-application"),
        "127.0.0.1:3000": `127.0.0.1:${server.port}`,
      });
    const first = await nginx(before(old), "application", port);
    const ada = await visit(url);
    await lookAround(ada, url);
    expect(await checkStaticFiles(await filesOf(one), { fileOrigin: url, pageOrigin: url })).toEqual([]);

    const again = await visit(url);
    await again.page.goto("/", { waitUntil: "networkidle" });
    const asked = first.requests();
    const built = asked.filter(({ uri }) => uri.startsWith("/_next/static/"));
    expect(built.slice(-again.files.length).map(({ cache }) => cache)).toEqual(again.files.map(() => "HIT"));
    expect(new Set(asked.filter((request) => !built.includes(request)).map(({ cache }) => cache))).toEqual(
      new Set([""]),
    );

    await Promise.all([first.stop(), old.stop()]);
    // As if the cache had forgotten.
    rmSync(join(scratch, "cache-application"), { recursive: true });
    await nginx(before(young), "application", port);
    await goOn(ada, url, other);
  });

  test("a static bucket behind nginx: every file from there, without a cookie, and a page that was open survives another build", async () => {
    const port = await findFreePort();
    const url = `http://localhost:${port}`;
    await publishBuild(other, bucket.target);
    await serve(other, url, port);
    const cdn = await nginx(
      readNginxExample("bucket", {
        "listen 8081": `listen ${other.port}`,
        "/var/cache/nginx/static": join(scratch, "cache-bucket"),
        "s3.example.org:80": bucket.host,
        "/dossier-static$uri": `/${bucket.name}$uri`,
      }),
      "bucket",
      other.port,
    );
    const ada = await visit(url);
    await lookAround(ada, other.assets);

    const files = Object.entries(await filesOf(other));
    const fingerprinted = Object.fromEntries(
      files.filter(([address]) => staticPolicyOf(address).isFingerprinted),
    );
    // Browsers know where static.localhost is; Node asks a name server.
    const cdnAt = `http://127.0.0.1:${other.port}`;
    expect(await checkStaticFiles(fingerprinted, { fileOrigin: cdnAt, pageOrigin: url })).toEqual([]);
    for (const [path, status] of [
      ["/_next/static/chunks/missing.js", 404],
      ["/_manifests/", 404],
      [`/_manifests/${other.id}.json`, 404],
      ["/", 404],
    ] as const)
      expect((await fetch(`${cdnAt}${path}`)).status, path).toBe(status);

    const { added } = await publishBuild(one, bucket.target);
    expect(added.length).toBeGreaterThan(10);
    await goOn(ada, other.assets, one);
    expect(cdn.requests().filter(({ cookie }) => cookie !== "")).toEqual([]);
    expect(cdn.requests().length).toBeGreaterThan(files.length);
  });

  test("a build whose files are elsewhere does not start as one whose files are here", async () => {
    const started = startAppServer(other, await findFreePort(), { ...settings(), ASSET_PREFIX: "" });
    await expect(started).rejects.toThrow(/ASSET_PREFIX: is not set, and the pages of this build name http:/);
  });

  test("a published folder behind nginx: every file as it was built, and what is no file nowhere", async () => {
    const port = await findFreePort();
    const url = `http://localhost:${port}`;
    await nginx(
      readNginxExample("folder", {
        "listen 8082": `listen ${port}`,
        "/srv/dossier-static": join(root, ".static"),
      }),
      "folder",
      port,
    );
    expect(await checkStaticFiles(await filesOf(one), { fileOrigin: url, pageOrigin: url })).toEqual([]);
    for (const path of [`/_manifests/${one.id}.json`, "/_next/static/chunks/missing.js", "/_next/static/"])
      expect([403, 404]).toContain((await fetch(`${url}${path}`)).status);
  });

  /** `npm run static -- …` as a pipeline runs it. */
  async function npmRunStatic(args: string[], settings: Record<string, string>) {
    const child = spawn(process.execPath, ["--import", "tsx", "scripts/static.ts", ...args], {
      cwd: root,
      env: { ...process.env, ...settings },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [code, said, complaint] = await Promise.all([
      once(child, "exit").then(([code]) => code),
      text(child.stdout),
      text(child.stderr),
    ]);
    return { code, said, complaint };
  }

  test("the commands say what they did, and by their exit code whether it went well", async () => {
    const port = await findFreePort();
    const folder = join(scratch, "for-nginx");
    const places = { "listen 8082": `listen ${port}`, "/srv/dossier-static": folder };
    const { accessKeyId = "", secretAccessKey = "" } = bucket.settings.credentials ?? {};
    const settings = {
      APP_URL: `http://localhost:${port}`,
      STORAGE_STATIC_BUCKET: bucket.name,
      STATIC_S3_ENDPOINT: bucket.settings.endpoint ?? "",
      STATIC_S3_FORCE_PATH_STYLE: "true",
      STATIC_S3_ACCESS_KEY_ID: accessKeyId,
      STATIC_S3_SECRET_ACCESS_KEY: secretAccessKey,
    };
    const dry = await npmRunStatic(["publish", "--dry-run"], settings);
    expect(dry).toMatchObject({
      code: 0,
      said: expect.stringMatching(/^Would publish build \S+ to s3:\/\/.*: \d+ added/m),
    });
    const away = await npmRunStatic(["publish"], { ...settings, STATIC_S3_ENDPOINT: "http://127.0.0.1:1" });
    expect(away).toMatchObject({
      code: 1,
      said: "",
      complaint: expect.stringMatching(
        /^s3:\S+ at http:\/\/127\.0\.0\.1:1: The store cannot be reached \(ECONNREFUSED\)\.\n$/,
      ),
    });
    const published = await npmRunStatic(["publish", "--to", folder], settings);
    expect(published).toMatchObject({ code: 0, said: expect.stringMatching(/^\+ robots\.txt$/m) });
    await nginx(readNginxExample("folder", places), "for-commands", port);
    expect(await npmRunStatic(["check"], settings)).toMatchObject({
      code: 0,
      said: expect.stringMatching(/^\d+ files are served as they were built\.$/m),
    });
    writeFileSync(join(folder, "robots.txt"), "User-agent: nobody");
    for (const packed of ["robots.txt.br", "robots.txt.gz"]) rmSync(join(folder, packed), { force: true });
    const altered = await npmRunStatic(["check"], settings);
    expect(altered).toMatchObject({
      code: 1,
      said: expect.stringContaining("/robots.txt has other bytes than were built"),
    });
  });
}
