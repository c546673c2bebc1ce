import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DeploymentReport } from "../../lib/operations/deployment/report";
import { type TestDatabase, createTestDatabase } from "../support/database";
import { root } from "../../server/root";
import { type RunningSite, startRunningSite } from "../support/running-site";

let database: TestDatabase;
let folder: string;
let site: RunningSite;
let settings: Record<string, string>;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), "dossier-check-"));
  settings = {
    // Whatever ends TLS is not there yet: it is asked where it listens.
    APP_URL: "https://dossier.test",
    HOST: "127.0.0.1",
    TRUSTED_PROXIES: "1",
    DATABASE_URL: database.url,
    DATA_DIR: folder,
    AUTH_SECRET: "kV8mQ2xT7nLr4WzYb1HcJ9fGpD5sAe3uXi6oRqB0tMw=",
    CRON_SECRET: "Zp4LwX8yQm2TnKc7RvBs9HdJfGa1UeYo",
  };
  site = await startRunningSite(settings);
}, 600_000);

afterAll(async () => {
  site?.process.kill("SIGKILL");
  await site?.exited;
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** A proxy before the site that knows one name, as one with several sites does. */
async function onlyFor(name: string): Promise<{ url: string; close(): void }> {
  const server = createServer((asked, answer) => {
    if (asked.headers.host !== name) return void answer.writeHead(421).end();
    request(new URL(asked.url ?? "/", site.url), { headers: asked.headers }, (given) => {
      answer.writeHead(given.statusCode ?? 502, given.headers);
      given.pipe(answer);
    }).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
  };
}

type Told = { code: number | null; out: string };

async function check(args: string[], variables: Record<string, string>): Promise<Told> {
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

function errors({ out }: Told): string[] {
  const { findings }: DeploymentReport = JSON.parse(out);
  return findings.filter(({ severity }) => severity === "error").map(({ id }) => id);
}

test("a good deployment passes: nothing in the way, files on a disk to note; a strict look fails for that", async () => {
  const gate = await onlyFor("dossier.test");
  const args = ["--deploy", "--at", `${gate.url}/`, "--json"];
  const [good, strict] = await Promise.all([check(args, settings), check([...args, "--strict"], settings)]);
  gate.close();
  expect(errors(good)).toEqual([]);
  const report: DeploymentReport = JSON.parse(good.out);
  expect(report.findings.map(({ id }) => id)).toEqual(["storage-local"]);
  expect(report.untested).toEqual([]);
  expect([good.code, strict.code]).toEqual([0, 1]);
});

test("a bad one fails: every fault by its name, and no secret in what is said of it", async () => {
  const stranger = createServer((_request, response) => void response.end("<p>Welcome to nginx!")).listen(
    0,
    "127.0.0.1",
  );
  await once(stranger, "listening");
  const at = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
  const bad = {
    ...settings,
    AUTH_SECRET: "secret".repeat(8),
    CRON_SECRET: "secret".repeat(4),
    DATABASE_URL: "postgresql://ada:hunter2@127.0.0.1:1/dossier",
    MEDIA_URL: "http://media.test",
  };
  const [told, plain] = await Promise.all([
    check(["--deploy", "--at", at, "--json"], bad),
    check(["--deploy", "--at", at], bad),
  ]);
  stranger.close();
  expect([...new Set(errors(told))].sort()).toEqual([
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
  expect([told.code, plain.code]).toEqual([1, 1]);
  expect(plain.out).toMatch(/^WRONG {2}auth-secret\n {7}.+\n {7}To mend it: .+$/m);
  expect(plain.out).toMatch(/\d+ things stand in the way, 1 to note/);
  expect(told.out + plain.out).not.toMatch(/hunter2|secretsecret/);
});

test("settings that do not fit are findings, too; without --deploy nobody is asked", async () => {
  const { DATABASE_URL: _none, ...lacking } = settings;
  const [missing, alone] = await Promise.all([
    check(["--deploy", "--json"], lacking),
    check(["--json"], { ...settings, DATABASE_URL: "postgresql://127.0.0.1:1/nobody" }),
  ]);
  expect([missing.code, errors(missing)]).toEqual([1, ["settings"]]);
  expect(missing.out).toContain("DATABASE_URL: is missing");
  expect([alone.code, errors(alone)]).toEqual([0, []]);
});

test("what it does not understand is neither good nor bad", async () => {
  expect((await check(["--everything"], settings)).code).toBe(2);
  expect((await check(["--deploy", "--at", "10.0.0.7:3000"], settings)).code).toBe(2);
});
