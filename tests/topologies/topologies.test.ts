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
import { findFreePort } from "../support/free-port";
import { installNginx, type Nginx, readNginxExample, startNginx } from "../support/nginx";
import { type AppServer, startAppServer } from "./app-server";
import { type Build, buildForAssetHost, buildIdOf, publishBuild, publishedTargetOf } from "./second-build";
import { choosePicture, openVisitor, signUp, type Visitor } from "./visitor";

const store = await openTestStore();
const executablePath = findChromium();
const missing =
  (await installNginx()) ??
  ("skipped" in store ? store.skipped : null) ??
  (executablePath ? null : "There is no Chromium.");

if (missing !== null || "skipped" in store || !executablePath)
  test("the application and a static bucket behind a CDN", ({ skip }) => skip(missing ?? ""));
else describe("in a browser", { timeout: 180_000 }, () => topologies());

function topologies(): void {
  const scratch = mkdtempSync(join(tmpdir(), "dossier-cdn-"));
  let browser: Browser;
  let db: TestDatabase;
  let bucket: TestStaticBucket;
  /** The build of this folder, and another build for another host of static files. */
  let ownBuild: Build;
  let otherBuild: Awaited<ReturnType<typeof buildForAssetHost>>;
  const running: { stop(): Promise<void> }[] = [];
  const visitors: Visitor[] = [];

  beforeAll(async () => {
    await buildAndPublish();
    ownBuild = { folder: root, id: buildIdOf(root) };
    otherBuild = await buildForAssetHost("static.localhost");
    if ("skipped" in store) return;
    [browser, db, bucket] = await Promise.all([
      chromium.launch({ executablePath, args: chromiumFlags() }),
      createTestDatabase(),
      openStaticBucket(store),
    ]);
    // As after a deployment of the other build, where this one was before.
    await publishBuild(ownBuild, publishedTargetOf(otherBuild));
    await publishBuild(otherBuild, publishedTargetOf(otherBuild));
  }, 600_000);

  afterAll(async () => {
    await browser?.close();
    await Promise.all(running.map((server) => server.stop()));
    await db?.drop();
    await bucket?.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  const settings = () => ({
    DATABASE_URL: db.url,
    DATA_DIR: join(scratch, "data"),
    AUTH_SECRET: "a secret that only tests know, long enough",
    SIGN_UP: "open",
  });

  /** Serves a build at `port`, or at a free port behind a proxy at `url`. */
  async function serve(build: Build, url: string, port?: number): Promise<AppServer> {
    const server = await startAppServer(build, port ?? (await findFreePort()), {
      APP_URL: url,
      TRUSTED_PROXIES: port ? "0" : "1",
      ASSET_PREFIX: build === otherBuild ? otherBuild.assets : "",
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

  /** Visits three pages. Expects no browser errors, and every build file from `origin`. */
  async function visitPages(visitor: Visitor, origin: string): Promise<void> {
    const { page, files, browserErrors } = visitor;
    await page.goto("/", { waitUntil: "networkidle" });
    await signUp(visitor);
    await page.goto("/profile", { waitUntil: "networkidle" });
    expect(browserErrors).toEqual([]);
    expect(new Set(files.map((file) => file.origin))).toEqual(new Set([origin]));
    expect(new Set(files.map((file) => file.status))).toEqual(new Set([200]));
    const scripts = files.filter(({ path }) => path.endsWith(".js"));
    expect(scripts.length).toBeGreaterThan(5);
    for (const { path, encoding } of scripts) expect(`${path} ${encoding}`).toBe(`${path} br`);
    expect(files.some(({ path }) => path.endsWith(".css"))).toBe(true);
    expect(files.some(({ path }) => path.endsWith(".woff2"))).toBe(true);
  }

  /** After a deployment: expects that an open page still loads files of its build from `origin`. */
  async function loadMoreFiles(visitor: Visitor, origin: string, deployed: Build): Promise<void> {
    const proxyTo = new Set(visitor.files.map(({ path }) => path));
    await choosePicture(visitor);
    const added = visitor.files.filter(({ path }) => !proxyTo.has(path));
    expect(added.length).toBeGreaterThan(0);
    for (const file of added) expect(file).toMatchObject({ origin, status: 200 });
    // Some of the files must not be in both builds.
    const files = await filesOf(deployed);
    expect(added.filter(({ path }) => !Object.hasOwn(files, path))).not.toEqual([]);
    expect(visitor.browserErrors).toEqual([]);
  }

  async function filesOf(build: Build): Promise<Manifest["files"]> {
    const { manifests } = await readManifests(publishedTargetOf(build));
    return manifests.find((manifest) => manifest.build === build.id)?.files ?? {};
  }

  test("nginx caches build files only, and open pages survive a deployment", async () => {
    const port = await findFreePort();
    const url = `http://localhost:${port}`;
    const [oldServer, newServer] = await Promise.all([serve(ownBuild, url), serve(otherBuild, url)]);
    const proxyTo = (server: AppServer) =>
      readNginxExample("application", {
        "listen 8080": `listen ${port}`,
        "/var/cache/nginx/dossier": join(scratch, "cache-application"),
        "127.0.0.1:3000": `127.0.0.1:${server.port}`,
      });
    const first = await nginx(proxyTo(oldServer), "application", port);
    const ada = await visit(url);
    await visitPages(ada, url);
    expect(await checkStaticFiles(await filesOf(ownBuild), { fileOrigin: url, pageOrigin: url })).toEqual([]);

    const again = await visit(url);
    await again.page.goto("/", { waitUntil: "networkidle" });
    const requests = first.requests();
    const built = requests.filter(({ uri }) => uri.startsWith("/_next/static/"));
    expect(built.slice(-again.files.length).map(({ cache }) => cache)).toEqual(again.files.map(() => "HIT"));
    expect(new Set(requests.filter((request) => !built.includes(request)).map(({ cache }) => cache))).toEqual(
      new Set([""]),
    );

    await Promise.all([first.stop(), oldServer.stop()]);
    // Empties the cache of nginx.
    rmSync(join(scratch, "cache-application"), { recursive: true });
    await nginx(proxyTo(newServer), "application", port);
    await loadMoreFiles(ada, url, otherBuild);
  });

  test("nginx serves a static bucket, and open pages survive another build", async () => {
    const port = await findFreePort();
    const url = `http://localhost:${port}`;
    await publishBuild(otherBuild, bucket.target);
    await serve(otherBuild, url, port);
    const cdn = await nginx(
      readNginxExample("bucket", {
        "listen 8081": `listen ${otherBuild.port}`,
        "/var/cache/nginx/static": join(scratch, "cache-bucket"),
        "s3.example.org:80": bucket.host,
        "/dossier-static$uri": `/${bucket.name}$uri`,
      }),
      "bucket",
      otherBuild.port,
    );
    const ada = await visit(url);
    await visitPages(ada, otherBuild.assets);

    const files = Object.entries(await filesOf(otherBuild));
    const fingerprinted = Object.fromEntries(files.filter(([name]) => staticPolicyOf(name).isFingerprinted));
    // Browsers resolve static.localhost by themselves, Node does not.
    const cdnUrl = `http://127.0.0.1:${otherBuild.port}`;
    expect(await checkStaticFiles(fingerprinted, { fileOrigin: cdnUrl, pageOrigin: url })).toEqual([]);
    for (const [path, status] of [
      ["/_next/static/chunks/missing.js", 404],
      ["/_manifests/", 404],
      [`/_manifests/${otherBuild.id}.json`, 404],
      ["/", 404],
    ] as const)
      expect((await fetch(`${cdnUrl}${path}`)).status, path).toBe(status);

    const { added } = await publishBuild(ownBuild, bucket.target);
    expect(added.length).toBeGreaterThan(10);
    await loadMoreFiles(ada, otherBuild.assets, ownBuild);
    expect(cdn.requests().filter(({ cookie }) => cookie !== "")).toEqual([]);
    expect(cdn.requests().length).toBeGreaterThan(files.length);
  });

  test("a build for another ASSET_PREFIX does not start", async () => {
    const started = startAppServer(otherBuild, await findFreePort(), { ...settings(), ASSET_PREFIX: "" });
    await expect(started).rejects.toThrow(/ASSET_PREFIX: is not set, but the pages of this build name http:/);
  });

  test("nginx serves a published folder, without manifests and folders", async () => {
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
    expect(await checkStaticFiles(await filesOf(ownBuild), { fileOrigin: url, pageOrigin: url })).toEqual([]);
    for (const path of [
      `/_manifests/${ownBuild.id}.json`,
      "/_next/static/chunks/missing.js",
      "/_next/static/",
    ])
      expect([403, 404]).toContain((await fetch(`${url}${path}`)).status);
  });

  /** Runs `npm run static -- …` without npm. */
  async function npmRunStatic(args: string[], settings: Record<string, string>) {
    const child = spawn(process.execPath, ["--import", "tsx", "scripts/static.ts", ...args], {
      cwd: root,
      env: { ...process.env, ...settings },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [code, stdout, stderr] = await Promise.all([
      once(child, "exit").then(([code]) => code),
      text(child.stdout),
      text(child.stderr),
    ]);
    return { code, stdout, stderr };
  }

  test("the static commands print a report and return an exit code", async () => {
    const port = await findFreePort();
    const folder = join(scratch, "for-nginx");
    const replacements = { "listen 8082": `listen ${port}`, "/srv/dossier-static": folder };
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
      stdout: expect.stringMatching(/^Would publish build \S+ to s3:\/\/.*: \d+ added/m),
    });
    const away = await npmRunStatic(["publish"], { ...settings, STATIC_S3_ENDPOINT: "http://127.0.0.1:1" });
    expect(away).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /^s3:\S+ at http:\/\/127\.0\.0\.1:1: The store cannot be reached \(ECONNREFUSED\)\.\n$/,
      ),
    });
    const published = await npmRunStatic(["publish", "--to", folder], settings);
    expect(published).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\+ robots\.txt$/m) });
    await nginx(readNginxExample("folder", replacements), "for-commands", port);
    expect(await npmRunStatic(["check"], settings)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+ files are served as they were built\.$/m),
    });
    writeFileSync(join(folder, "robots.txt"), "User-agent: none");
    for (const name of ["robots.txt.br", "robots.txt.gz"]) rmSync(join(folder, name), { force: true });
    const altered = await npmRunStatic(["check"], settings);
    expect(altered).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/\/robots\.txt\n +The file has other bytes than the build\./),
    });
  });
}
