import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DeploymentJson } from "../../lib/operations/deployment/report";
import { root } from "../../server/root";
import { createTestDatabase, type TestDatabase } from "../support/database";
import { type RunningSite, startRunningSite } from "../support/running-site";

let database: TestDatabase;
let folder: string;
let site: RunningSite;
let settings: Record<string, string>;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), "dossier-check-"));
  settings = {
    // The TLS proxy does not exist yet: the check sends its requests to the application itself.
    APP_URL: "https://dossier.test",
    HOST: "127.0.0.1",
    TRUSTED_PROXIES: "1",
    DATABASE_URL: database.url,
    DATA_DIR: folder,
    AUTH_SECRET: "kV8mQ2xT7nLr4WzYb1HcJ9fGpD5sAe3uXi6oRqB0tMw=",
    CRON_SECRET: "Zp4LwX8yQm2TnKc7RvBs9HdJfGa1UeYo",
    SMTP_URL: "smtp://mail.test",
    MAIL_FROM: "dossier@mail.test",
  };
  site = await startRunningSite(settings);
}, 600_000);

afterAll(async () => {
  site?.process.kill("SIGKILL");
  await site?.exited;
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a proxy before the site that serves one host name only. */
async function startHostProxy(name: string): Promise<{ url: string; close(): void }> {
  const server = createServer((incoming, response) => {
    if (incoming.headers.host !== name) return void response.writeHead(421).end();
    request(new URL(incoming.url ?? "/", site.url), { headers: incoming.headers }, (upstream) => {
      response.writeHead(upstream.statusCode ?? 502, upstream.headers);
      upstream.pipe(response);
    }).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
  };
}

type CommandResult = { code: number | null; out: string };

async function check(args: string[], variables: Record<string, string>): Promise<CommandResult> {
  const { PATH, HOME } = process.env;
  const env: NodeJS.ProcessEnv = { PATH, HOME, NODE_ENV: "production", ...variables };
  const child = spawn(process.execPath, ["--import", "tsx", join(root, "scripts/check.ts"), ...args], {
    cwd: root,
    env,
  });
  const out = text(child.stdout);
  const [code] = await once(child, "exit");
  return { code, out: await out };
}

function errors({ out }: CommandResult): string[] {
  const { findings }: DeploymentJson = JSON.parse(out);
  return findings.filter(({ severity }) => severity === "error").map(({ id }) => id);
}

test("a good deployment passes with a warning, and fails with --strict", async () => {
  const proxy = await startHostProxy("dossier.test");
  const args = ["--deploy", "--at", `${proxy.url}/`, "--json"];
  const [good, strict] = await Promise.all([check(args, settings), check([...args, "--strict"], settings)]);
  proxy.close();
  expect(errors(good)).toEqual([]);
  const report: DeploymentJson = JSON.parse(good.out);
  expect(report.findings.map(({ id }) => id)).toEqual(["storage-local"]);
  expect(report.untested).toEqual([]);
  expect([good.code, strict.code]).toEqual([0, 1]);
});

test("a bad deployment fails with every rule, and prints no secret", async () => {
  const otherSite = createServer((_request, response) => void response.end("<p>Welcome to nginx!")).listen(
    0,
    "127.0.0.1",
  );
  await once(otherSite, "listening");
  const at = `http://127.0.0.1:${(otherSite.address() as AddressInfo).port}`;
  const bad = {
    ...settings,
    AUTH_SECRET: "secret".repeat(8),
    CRON_SECRET: "secret".repeat(4),
    DATABASE_URL: "postgresql://ada:hunter2@127.0.0.1:1/dossier",
    MEDIA_URL: "http://media.test",
  };
  const [json, text] = await Promise.all([
    check(["--deploy", "--at", at, "--json"], bad),
    check(["--deploy", "--at", at], bad),
  ]);
  otherSite.close();
  expect([...new Set(errors(json))].sort()).toEqual([
    "auth-secret",
    "cron",
    "cron-secret-weak",
    "database",
    "header-csp",
    "header-hsts",
    "header-no-store",
    "header-nosniff",
    "header-opener-policy",
    "header-permissions-policy",
    "header-referrer-policy",
    "media-url",
    "nonce",
    "static-files",
  ]);
  expect([json.code, text.code]).toEqual([1, 1]);
  expect(text.out).toMatch(/^ERROR {2}auth-secret\n {7}.+\n {7}Fix: .+$/m);
  expect(text.out).toMatch(/\d+ errors, 1 warning/);
  expect(json.out + text.out).not.toMatch(/hunter2|secretsecret/);
});

test("reports invalid settings, and sends no request without --deploy", async () => {
  const { DATABASE_URL: _none, ...lacking } = settings;
  const [missing, alone] = await Promise.all([
    check(["--deploy", "--json"], lacking),
    check(["--json"], { ...settings, DATABASE_URL: "postgresql://127.0.0.1:1/missing" }),
  ]);
  expect([missing.code, errors(missing)]).toEqual([1, ["settings"]]);
  expect(missing.out).toContain("DATABASE_URL: is missing");
  expect([alone.code, errors(alone)]).toEqual([0, []]);
});

test("exits with 2 if an option is unknown or invalid", async () => {
  expect((await check(["--everything"], settings)).code).toBe(2);
  expect((await check(["--deploy", "--at", "10.0.0.7:3000"], settings)).code).toBe(2);
});
