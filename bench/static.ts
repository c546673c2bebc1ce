import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../lib/clock";
import { collectStaticFiles } from "../lib/operations/static/collect-files";
import { createFolderTarget } from "../lib/operations/static/folder-target";
import { publishFiles } from "../lib/operations/static/publish";
import { installFromDebian } from "../tests/support/debian-packages";
import { findFreePort } from "../tests/support/free-port";
import { installNginx, readNginxExample, writeNginxConfig } from "../tests/support/nginx";
import { buildBaselineApp, NEXT_CLI } from "./peers/baseline-app";
import type { LoadResult } from "./peers/load";
import { moveOffFirstCore, startMeasuredServer } from "./peers/measured-server";
import { installWrk, runFileLoad } from "./peers/wrk";
import type { BenchResult } from "./runner/result";

export const name = "static";

const SECONDS = 6;
/** Bytes, as a script of average size. */
const FILE_SIZE = 112 * 1024;
const FILE_PATH = "/_next/static/chunks/bench.js";
const ACCEPT_ENCODINGS = { br: "gzip, deflate, br", gzip: "gzip, deflate" };
/** Runs WhiteNoise (Python) as its documentation does, with Debian's packages. */
const WHITENOISE = `
from whitenoise import WhiteNoise
import os
def nothing(environ, start): start("404 Not Found", []); return [b""]
app = WhiteNoise(nothing, root=os.environ["STATIC"], max_age=31536000)
`;

type ServerLoad = { br: LoadResult; gzip: LoadResult };
type BenchServer = { name: string; command: string[]; port: number };

/**
 * Compares servers of one file of 112 KB in Brotli and gzip: the application's HTTP server, sirv,
 * WhiteNoise, `next start`, and nginx as the baseline. Each runs alone on one core, the load on the
 * other.
 */
export async function run(): Promise<BenchResult> {
  moveOffFirstCore();
  await installWrk();
  const scratch = mkdtempSync(join(tmpdir(), "dossier-bench-static-"));
  try {
    const folder = await publishSampleSite(scratch);
    const port = await findFreePort();
    const servers = [
      appServer(port),
      sirvServer(port),
      await whiteNoiseServer(port, scratch),
      nextStartServer(port, folder),
      await nginxServer(port, scratch, folder),
    ];
    const found = new Map<string, ServerLoad>();
    for (const server of servers) {
      if (typeof server === "string") console.log(`NOT MEASURED: ${server}`);
      else found.set(server.name, await measureServer(server, folder));
    }
    return toResult(
      found,
      servers.filter((each) => typeof each === "string"),
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const peerCommand = (file: string) => [process.execPath, "--import", "tsx", `bench/peers/${file}`];

function appServer(port: number): BenchServer {
  return { name: "Dossier", command: peerCommand("static-server.ts"), port };
}

function sirvServer(port: number): BenchServer {
  return { name: "sirv", command: peerCommand("static-sirv.ts"), port };
}

/** Returns the server, or the reason why it is missing. */
async function whiteNoiseServer(port: number, scratch: string): Promise<BenchServer | string> {
  const missing = await installFromDebian("WhiteNoise", ["gunicorn"], ["gunicorn", "python3-whitenoise"]);
  if (missing) return missing;
  writeFileSync(join(scratch, "noise.py"), WHITENOISE);
  const options = [
    "--chdir",
    scratch,
    "--worker-class",
    "gthread",
    "--threads",
    "8",
    "--bind",
    `127.0.0.1:${port}`,
  ];
  return { name: "WhiteNoise", command: ["gunicorn", ...options, "noise:app"], port };
}

function nextStartServer(port: number, folder: string): BenchServer {
  const folderOfBaseline = buildBaselineApp();
  cpSync(join(folder, FILE_PATH), join(folderOfBaseline, ".next/static/chunks/bench.js"));
  const command = [
    process.execPath,
    NEXT_CLI,
    "start",
    folderOfBaseline,
    "--port",
    String(port),
    "--hostname",
    "127.0.0.1",
  ];
  return { name: "next start", command, port };
}

async function nginxServer(port: number, scratch: string, folder: string): Promise<BenchServer | string> {
  const missing = await installNginx();
  if (missing) return missing;
  const servers = readNginxExample("folder", {
    "listen 8082": `listen 127.0.0.1:${port}`,
    "/srv/dossier-static": folder,
  });
  return { name: "nginx", command: writeNginxConfig(servers, join(scratch, "nginx")).command, port };
}

/** Publishes a site of one file as the application publishes its files. */
async function publishSampleSite(scratch: string): Promise<string> {
  const [site, folder] = [join(scratch, "site"), join(scratch, "published")];
  mkdirSync(join(site, ".next/static/chunks"), { recursive: true });
  mkdirSync(join(site, "public"));
  const lines = Array.from(
    { length: FILE_SIZE },
    (_, line) => `export const v${(line * 7919) % 104_729} = ${line};\n`,
  );
  writeFileSync(join(site, ".next/static/chunks/bench.js"), lines.join("").slice(0, FILE_SIZE));
  await publishFiles(collectStaticFiles(site), createFolderTarget(folder), {
    clock: systemClock,
    build: "bench",
    keepSeconds: 1,
  });
  return folder;
}

async function measureServer({ command, port }: BenchServer, folder: string): Promise<ServerLoad> {
  const url = `http://127.0.0.1:${port}`;
  const server = await startMeasuredServer(command, `${url}${FILE_PATH}`, {
    STATIC: folder,
    BUILD: "bench",
    PORT: String(port),
    NODE_ENV: "production",
  });
  try {
    const measure = (acceptEncoding: string) =>
      runFileLoad(
        { ...server, url },
        FILE_PATH,
        { "accept-encoding": acceptEncoding },
        { connections: 32, seconds: SECONDS },
      );
    return { br: await measure(ACCEPT_ENCODINGS.br), gzip: await measure(ACCEPT_ENCODINGS.gzip) };
  } finally {
    await server.stop();
  }
}

/** The goals are ratios of rates, because those are similar on every machine. */
function toResult(found: ReadonlyMap<string, ServerLoad>, missing: string[]): BenchResult {
  const rows = [...found].map(([server, { br, gzip }]) => ({
    server,
    "br req/s": Math.round(br.rate),
    "br CPU ms": Number(br.cpuMs.toFixed(3)),
    "gzip req/s": Math.round(gzip.rate),
    "gzip CPU ms": Number(gzip.cpuMs.toFixed(3)),
    failed: br.failed + gzip.failed,
  }));
  const failed = rows.reduce((sum, row) => sum + row.failed, 0);
  const goals = [{ what: "failed requests", goal: "0", measured: String(failed), met: failed === 0 }];
  const [dossier, whiteNoise] = [found.get("Dossier"), found.get("WhiteNoise")];
  for (const encoding of ["br", "gzip"] as const) {
    const rate = dossier?.[encoding].rate ?? 0;
    const server = whiteNoise?.[encoding].rate;
    goals.push(
      server
        ? shareGoal(`rate, ratio to WhiteNoise (${encoding})`, rate / server, 2)
        : {
            what: `rate (${encoding}); ${missing.join("; ")}`,
            goal: "at least 11000 req/s",
            measured: rate.toFixed(0),
            met: rate >= 11_000,
          },
    );
  }
  // On a busy machine the CPU cost of a request is more reliable than a rate.
  if (dossier && whiteNoise)
    for (const encoding of ["br", "gzip"] as const)
      goals.push(
        shareGoal(
          `requests per CPU second, ratio to WhiteNoise (${encoding})`,
          whiteNoise[encoding].cpuMs / dossier[encoding].cpuMs,
          2,
        ),
      );
  return { name, rows, goals };
}

function shareGoal(what: string, measured: number, least: number): BenchResult["goals"][number] {
  return { what, goal: `at least ${least}`, measured: measured.toFixed(1), met: measured >= least };
}
