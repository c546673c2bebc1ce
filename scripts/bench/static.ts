import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../lib/clock";
import { collectStatic } from "../../lib/static/collect";
import { folderTarget } from "../../lib/static/folder";
import { publish } from "../../lib/static/publish";
import type { BenchResult } from "../bench";
import { type Load, load } from "../peers/load";
import { leaveFirstCore, startPeer } from "../peers/process";

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

type Server = { name: string; command: string[]; port: number };

/** One file of 112 KB in Brotli and gzip: our front beside sirv and WhiteNoise in the same run, each on one core, the load on the other. */
export async function run(): Promise<BenchResult> {
  leaveFirstCore();
  const scratch = mkdtempSync(join(tmpdir(), "dossier-bench-static-"));
  try {
    const folder = await published(scratch);
    writeFileSync(join(scratch, "noise.py"), WHITENOISE);
    const script = (file: string) => [process.execPath, "--import", "tsx", `scripts/peers/${file}`];
    const noise = ["gunicorn", "--chdir", scratch, "--worker-class", "gthread", "--threads", "8"];
    const servers: Server[] = [
      { name: "our front", command: script("static-front.ts"), port: 3295 },
      { name: "sirv", command: script("static-sirv.ts"), port: 3296 },
      ...(hasWhiteNoise()
        ? [{ name: "WhiteNoise", command: [...noise, "--bind", "127.0.0.1:3297", "noise:app"], port: 3297 }]
        : []),
    ];
    const found = new Map<string, { br: Load; gzip: Load }>();
    for (const server of servers) found.set(server.name, await measure(server, folder));
    return result(found);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
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

function hasWhiteNoise(): boolean {
  return spawnSync("/usr/bin/python3", ["-c", "import whitenoise, gunicorn"]).status === 0;
}

async function measure({ command, port }: Server, folder: string): Promise<{ br: Load; gzip: Load }> {
  const url = `http://127.0.0.1:${port}`;
  const peer = await startPeer(command, `${url}${ADDRESS}`, {
    STATIC: folder,
    BUILD: "bench",
    PORT: String(port),
    NODE_ENV: "production",
  });
  try {
    const shoot = (accepted: string) =>
      load({ ...peer, url }, [{ method: "GET", path: ADDRESS, headers: { "accept-encoding": accepted } }], {
        connections: 32,
        seconds: SECONDS,
      });
    return { br: await shoot(ACCEPTED.br), gzip: await shoot(ACCEPTED.gzip) };
  } finally {
    await peer.stop();
  }
}

function result(found: ReadonlyMap<string, { br: Load; gzip: Load }>): BenchResult {
  const rows = [...found].map(([server, { br, gzip }]) => ({
    server,
    "br req/s": Math.round(br.rate),
    "br CPU ms": Number(br.cpuMs.toFixed(3)),
    "gzip req/s": Math.round(gzip.rate),
    "gzip CPU ms": Number(gzip.cpuMs.toFixed(3)),
    failed: br.failed + gzip.failed,
  }));
  const [ours, noise] = [found.get("our front"), found.get("WhiteNoise")];
  const failed = rows.reduce((sum, row) => sum + row.failed, 0);
  const goals = [{ what: "failed requests", goal: "0", measured: String(failed), met: failed === 0 }];
  if (ours && noise) {
    const share = ours.gzip.rate / noise.gzip.rate;
    goals.push({
      what: "rate beside WhiteNoise (gzip)",
      goal: "at least 2",
      measured: share.toFixed(1),
      met: share >= 2,
    });
  } else if (ours) {
    goals.push({
      what: "rate (WhiteNoise is not on this machine: python3-whitenoise, gunicorn)",
      goal: "at least 11000 req/s",
      measured: ours.gzip.rate.toFixed(0),
      met: ours.gzip.rate >= 11_000,
    });
  }
  return { name, rows, goals };
}
