import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../lib/clock";
import { collectStatic } from "../../lib/static/collect";
import { folderTarget } from "../../lib/static/folder";
import { publish } from "../../lib/static/publish";
import { installFromDebian } from "../../lib/testing/debian";
import type { BenchResult } from "../bench";
import { buildHello, NEXT } from "../peers/hello";
import type { Load } from "../peers/load";
import { leaveFirstCore, startPeer } from "../peers/process";
import { installWrk, loadFile } from "../peers/wrk";
import { freePort, installNginx, nginxCommand, sample } from "../testing/nginx";

export const name = "static";

const SECONDS = 6;
/** Bytes: what a middling script of a build has. */
const SIZE = 112 * 1024;
const ADDRESS = "/_next/static/chunks/bench.js";
const ACCEPTED = { br: "gzip, deflate, br", gzip: "gzip, deflate" };
/** WhiteNoise (Python) as its documentation has it; python3-whitenoise and gunicorn of a distribution will do. */
const WHITENOISE = `
from whitenoise import WhiteNoise
import os
def nothing(environ, start): start("404 Not Found", []); return [b""]
app = WhiteNoise(nothing, root=os.environ["STATIC"], max_age=31536000)
`;

type Measured = { br: Load; gzip: Load };
type Server = { name: string; command: string[]; port: number };

/**
 * One file of 112 KB in Brotli and gzip: our front, and in the same run sirv, WhiteNoise, `next start`, and nginx with the published folder (the floor),
 * each alone on one core, the load on the other.
 */
export async function run(): Promise<BenchResult> {
  leaveFirstCore();
  await installWrk();
  const scratch = mkdtempSync(join(tmpdir(), "dossier-bench-static-"));
  try {
    const folder = await published(scratch);
    const port = await freePort();
    const servers = [
      ours(port),
      sirv(port),
      await whiteNoise(port, scratch),
      nextStart(port, folder),
      nginx(port, scratch, folder),
    ];
    const found = new Map<string, Measured>();
    for (const server of servers) {
      if (typeof server === "string") console.log(`NOT MEASURED: ${server}`);
      else found.set(server.name, await measure(server, folder));
    }
    return result(
      found,
      servers.filter((each) => typeof each === "string"),
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const script = (file: string) => [process.execPath, "--import", "tsx", `scripts/peers/${file}`];

function ours(port: number): Server {
  return { name: "our front", command: script("static-front.ts"), port };
}

function sirv(port: number): Server {
  return { name: "sirv", command: script("static-sirv.ts"), port };
}

/** Or why it is not measured; so below. */
async function whiteNoise(port: number, scratch: string): Promise<Server | string> {
  const lacking = await installFromDebian("WhiteNoise", ["gunicorn"], ["gunicorn", "python3-whitenoise"]);
  if (lacking) return lacking;
  writeFileSync(join(scratch, "noise.py"), WHITENOISE);
  const how = [
    "--chdir",
    scratch,
    "--worker-class",
    "gthread",
    "--threads",
    "8",
    "--bind",
    `127.0.0.1:${port}`,
  ];
  return { name: "WhiteNoise", command: ["gunicorn", ...how, "noise:app"], port };
}

function nextStart(port: number, folder: string): Server {
  const hello = buildHello();
  cpSync(join(folder, ADDRESS), join(hello, ".next/static/chunks/bench.js"));
  const command = [process.execPath, NEXT, "start", hello, "--port", String(port), "--hostname", "127.0.0.1"];
  return { name: "next start", command, port };
}

function nginx(port: number, scratch: string, folder: string): Server | string {
  const missing = installNginx();
  if (missing) return missing;
  const servers = sample("folder", {
    "listen 8082": `listen 127.0.0.1:${port}`,
    "/srv/dossier-static": folder,
  });
  return { name: "nginx", command: nginxCommand(servers, join(scratch, "nginx")).command, port };
}

/** A site of one file, published as ours is. */
async function published(scratch: string): Promise<string> {
  const [site, folder] = [join(scratch, "site"), join(scratch, "published")];
  mkdirSync(join(site, ".next/static/chunks"), { recursive: true });
  mkdirSync(join(site, "public"));
  const lines = Array.from(
    { length: SIZE },
    (_, line) => `export const v${(line * 7919) % 104_729} = ${line};\n`,
  );
  writeFileSync(join(site, ".next/static/chunks/bench.js"), lines.join("").slice(0, SIZE));
  await publish(collectStatic(site), folderTarget(folder), { clock: systemClock, build: "bench", keep: 1 });
  return folder;
}

async function measure({ command, port }: Server, folder: string): Promise<Measured> {
  const url = `http://127.0.0.1:${port}`;
  const peer = await startPeer(command, `${url}${ADDRESS}`, {
    STATIC: folder,
    BUILD: "bench",
    PORT: String(port),
    NODE_ENV: "production",
  });
  try {
    const shoot = (accepted: string) =>
      loadFile(
        { ...peer, url },
        ADDRESS,
        { "accept-encoding": accepted },
        { connections: 32, seconds: SECONDS },
      );
    return { br: await shoot(ACCEPTED.br), gzip: await shoot(ACCEPTED.gzip) };
  } finally {
    await peer.stop();
  }
}

/** Shares of rates are what holds on any machine and under any load. */
function result(found: ReadonlyMap<string, Measured>, missing: string[]): BenchResult {
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
  const [front, noise] = [found.get("our front"), found.get("WhiteNoise")];
  for (const encoding of ["br", "gzip"] as const) {
    const rate = front?.[encoding].rate ?? 0;
    const peer = noise?.[encoding].rate;
    goals.push(
      peer
        ? share(`rate beside WhiteNoise (${encoding})`, rate / peer, 2)
        : {
            what: `rate (${encoding}); ${missing.join("; ")}`,
            goal: "at least 11000 req/s",
            measured: rate.toFixed(0),
            met: rate >= 11_000,
          },
    );
  }
  // Under load rates say little, and what a request costs still says it.
  if (front && noise)
    for (const encoding of ["br", "gzip"] as const)
      goals.push(
        share(
          `requests a CPU second beside WhiteNoise (${encoding})`,
          noise[encoding].cpuMs / front[encoding].cpuMs,
          2,
        ),
      );
  return { name, rows, goals };
}

function share(what: string, measured: number, least: number): BenchResult["goals"][number] {
  return { what, goal: `at least ${least}`, measured: measured.toFixed(1), met: measured >= least };
}
