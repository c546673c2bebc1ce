import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../lib/clock";
import { GiB, MiB } from "../../lib/fields/field";
import { createStorages } from "../../lib/storage/factory";
import type { Storage } from "../../lib/storage/storage";
import { createTestBuckets, type TestStore } from "../../lib/storage/testing/buckets";
import { resetCeph, startCeph } from "../../lib/storage/testing/ceph";
import { installCeph } from "../../lib/storage/testing/ceph-packages";
import { settingsOf } from "../../lib/storage/testing/s3-subject";
import type { BenchResult } from "../bench";
import { run as reconcile } from "./reconcile";
import { run as sweep } from "./sweep";
import { bareHash } from "./upload/bare-hash";
import { type Sent, sendByBrowser } from "./upload/browser";
import { curl } from "./upload/curl";
import { sendInOnePiece } from "./upload/in-one-piece";
import { makeSample, type Sample } from "./upload/sample";
import { type Site, startSite } from "./upload/site";
import { buildWithLargeFields } from "./upload/tree";
import { startVouchingFront } from "./upload/vouching";

export const name = "storage";

const SIZE = GiB;
const ROUNDS = 3;
const WARM_UPS = 12;
/** A cluster of its own: one that others use has other things to do, and keeps what it is given. */
const CEPH = { port: 7530, folder: join(tmpdir(), "dossier-bench-ceph") };

type Bare = { curl: number; bareCpu: number };
type Ours = Sent & { sendingCpu: number; completingCpu: number; serverMemory: number };
type Round = Bare & Ours;
type Pieces = { read: number; vouched: number };

/** What storage costs: uploads, then sweep and reconcile at their own sizes, in one table after the other. */
export async function run(): Promise<BenchResult> {
  const all = [await uploads(), await sweep(), await reconcile()];
  return { name, rows: all.flatMap(({ rows }) => rows), goals: all.flatMap(({ goals }) => goals) };
}

/** One file of a GiB to Ceph: by curl, and through our page in a browser, in turns; then what the application spends on it. */
async function uploads(): Promise<BenchResult> {
  const missing = await installCeph();
  if (missing) throw new Error(missing);
  const folder = await buildWithLargeFields();
  const sample = makeSample(SIZE);
  try {
    const store = await startCeph(CEPH);
    const rounds = await byBrowser(folder, store, sample);
    const pieces = await inOnePiece(folder, store, sample);
    return report(rounds, pieces);
  } finally {
    await resetCeph(CEPH);
    sample.remove();
  }
}

async function byBrowser(folder: string, store: TestStore, sample: Sample): Promise<Round[]> {
  const port = 3294;
  const buckets = await createTestBuckets(store, { origins: [`http://localhost:${port}`] });
  const storage = createStorages(settingsOf(store, buckets), systemClock).private;
  const site = await startSite(folder, { ...store, ...buckets }, port);
  try {
    // What a process loads for its first upload it would have loaded for any.
    const first = makeSample(65 * MiB);
    await sendByBrowser({ ...site, field: "Archives", file: first.file }, () => undefined);
    first.remove();
    const rounds: Round[] = [];
    for (let index = 0; index < ROUNDS; index += 1) {
      rounds.push(await round(site, storage, sample, index));
      console.log(`round ${index + 1}`, rounds.at(-1));
    }
    return rounds;
  } finally {
    await site.stop();
    await buckets.remove();
  }
}

async function round(site: Site, storage: Storage, sample: Sample, index: number): Promise<Round> {
  // Who goes first meets a store that has rested: by turns.
  if (index % 2 === 0) {
    const bare = await bareRound(storage, sample, `bench/${index}`);
    return { ...bare, ...(await ourRound(site, sample)) };
  }
  const ours = await ourRound(site, sample);
  return { ...ours, ...(await bareRound(storage, sample, `bench/${index}`)) };
}

async function bareRound(storage: Storage, sample: Sample, key: string): Promise<Bare> {
  const type = "application/pdf";
  const { size, sha256, file } = sample;
  const seconds = await curl(file, await storage.signPut(key, { type, size, sha256, expiresIn: 900 }));
  const get = { type, disposition: "inline", name: "x", expiresIn: 900 } as const;
  const bareCpu = await bareHash(await storage.signGet(key, get));
  await storage.remove(key);
  return { curl: seconds, bareCpu };
}

async function ourRound(site: Site, { file }: Sample): Promise<Ours> {
  const { peer } = site;
  const [idle, before] = [peer.memory(), peer.cpuMs()];
  let between = before;
  const sent = await sendByBrowser({ ...site, field: "Archives", file }, () => {
    between = peer.cpuMs();
  });
  return {
    ...sent,
    serverMemory: (peer.peakMemory() - idle) / MiB,
    sendingCpu: (between - before) / 1000,
    completingCpu: (peer.cpuMs() - between) / 1000,
  };
}

/** CPU seconds of the application for a file in one piece: where it has to read the object, and where the store vouches for it. */
async function inOnePiece(folder: string, store: TestStore, sample: Sample): Promise<Pieces> {
  // Small ones first: what the first dozen costs is loading and compiling, and is no part of an upload.
  const small = makeSample(33 * MiB);
  const front = await startVouchingFront(new URL(store.endpoint), [sample, small]);
  const buckets = await createTestBuckets(store);
  const measure = async (endpoint: string, port: number) => {
    const site = await startSite(folder, { ...store, ...buckets, endpoint }, port);
    try {
      for (let index = 0; index < WARM_UPS; index += 1) await sendInOnePiece(site, small);
      const spent: number[] = [];
      for (let index = 0; index < ROUNDS; index += 1) spent.push(await sendInOnePiece(site, sample));
      return median(spent);
    } finally {
      await site.stop();
    }
  };
  try {
    return { read: await measure(store.endpoint, 3295), vouched: await measure(front.url, 3296) };
  } finally {
    front.close();
    small.remove();
    await buckets.remove();
  }
}

function report(rounds: Round[], pieces: Pieces): BenchResult {
  const of = (key: keyof Round) => median(rounds.map((each) => each[key]));
  const rate = (seconds: number) => Math.round(SIZE / MiB / seconds);
  const share = median(rounds.map((each) => each.curl / each.seconds));
  const parts = median(rounds.map((each) => (each.sendingCpu + each.completingCpu) / each.bareCpu));
  const piece = pieces.read / of("bareCpu");
  const row = (what: string, seconds: number, cpu: number | "") => ({
    "1 GiB to Ceph": what,
    s: Number(seconds.toFixed(2)),
    "MiB/s": rate(seconds),
    "app CPU s": cpu === "" ? "" : Number(cpu.toFixed(3)),
  });
  const cpuRow = (what: string, cpu: number) => ({
    "1 GiB to Ceph": what,
    s: "",
    "MiB/s": "",
    "app CPU s": Number(cpu.toFixed(3)),
  });
  const goal = (what: string, goal: string, measured: string, met: boolean) => ({
    what,
    goal,
    measured,
    met,
  });
  const [browser, server] = [of("memory"), of("serverMemory")];
  return {
    name,
    rows: [
      row("curl -T", of("curl"), ""),
      row("by browser, in parts of 32 MiB", of("seconds"), of("sendingCpu")),
      row("then made a file of, read back", of("completing"), of("completingCpu")),
      cpuRow("bare stream-and-hash of the same object", of("bareCpu")),
      cpuRow("in one piece, read back", pieces.read),
      cpuRow("in one piece, the store vouching", pieces.vouched),
    ],
    goals: [
      goal("throughput by browser beside curl", "at least 0.9", share.toFixed(2), share >= 0.9),
      goal(
        "CPU where the store vouches",
        "at most 0.01 s/GiB",
        `${pieces.vouched.toFixed(3)} s`,
        pieces.vouched <= 0.01,
      ),
      goal("CPU where it is read, one piece, beside bare", "at most 1.3", piece.toFixed(2), piece <= 1.3),
      goal("CPU where it is read, in parts, beside bare", "at most 1.3", parts.toFixed(2), parts <= 1.3),
      goal("memory of the browser above idle", "under 150 MiB", `${browser.toFixed(0)} MiB`, browser < 150),
      goal("memory of the server above idle", "under 50 MiB", `${server.toFixed(0)} MiB`, server < 50),
    ],
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
