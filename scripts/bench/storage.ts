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
import { median } from "./figures/median";
import { run as reconcile } from "./reconcile";
import { run as sweep } from "./sweep";
import { bareHash } from "./upload/bare-hash";
import { sendByBarePage } from "./upload/bare-page";
import { sendByBrowser } from "./upload/browser";
import { curl } from "./upload/curl";
import { sendInOnePiece } from "./upload/in-one-piece";
import { type Bare, type Line, type Ours, type Pieces, type Round, report } from "./upload/report";
import { makeSample, type Sample } from "./upload/sample";
import { type Site, startSite } from "./upload/site";
import { buildWithLargeFields } from "./upload/tree";
import { startVouchingFront } from "./upload/vouching";

export const name = "storage";

const SIZE = GiB;
const ROUNDS = 3;
const PART = 32 * MiB;
const WARM_UPS = 60;
/** 300 Mbit/s, in bytes a second: much for what people have, and little beside what one core hashes. */
const LINE = 37_500_000;
const OVER_LINE = 512 * MiB;
/** Once, for what it asks of memory. */
const HUGE = 2 * GiB;
/** A cluster of its own: one that others use has other things to do, and keeps what it is given. */
const CEPH = { port: 7530, folder: join(tmpdir(), "dossier-bench-ceph") };

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
    const { rounds, line, huge } = await byBrowser(folder, store, sample);
    const pieces = await inOnePiece(folder, store, sample);
    return report(name, SIZE, rounds, { ...pieces, line, huge });
  } finally {
    await resetCeph(CEPH);
    sample.remove();
  }
}

async function byBrowser(
  folder: string,
  store: TestStore,
  sample: Sample,
): Promise<{ rounds: Round[]; line: Line; huge: Ours }> {
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
    const line = await overLine(site, storage);
    const large = makeSample(HUGE);
    const huge = await ourRound(site, large);
    large.remove();
    console.log("2 GiB", huge);
    return { rounds, line, huge };
  } finally {
    await site.stop();
    await buckets.remove();
  }
}

/** Where neither browser nor store is what takes the time, but the line between them. */
async function overLine(site: Site, storage: Storage): Promise<Line> {
  const { file, size, sha256, remove } = makeSample(OVER_LINE);
  const shares: number[] = [];
  try {
    for (let index = 0; index < ROUNDS; index += 1) {
      const key = `bench/line-${index}`;
      const put = await storage.signPut(key, { type: "application/pdf", size, sha256, expiresIn: 900 });
      const bare = await curl(file, put, { line: LINE });
      await storage.remove(key);
      const { seconds } = await sendByBrowser(
        { ...site, field: "Archives", file, line: LINE },
        () => undefined,
      );
      console.log("over a line", { bare, seconds });
      shares.push(bare / seconds);
    }
  } finally {
    remove();
  }
  return { rate: LINE, share: median(shares) };
}

async function round(site: Site, storage: Storage, sample: Sample, index: number): Promise<Round> {
  // Who goes first meets a store that has rested: by turns.
  if (index % 2 === 0) {
    const bare = await bareRound(site, storage, sample, `bench/${index}`);
    return { ...bare, ...(await ourRound(site, sample)) };
  }
  const ours = await ourRound(site, sample);
  return { ...ours, ...(await bareRound(site, storage, sample, `bench/${index}`)) };
}

async function bareRound(site: Site, storage: Storage, sample: Sample, key: string): Promise<Bare> {
  const type = "application/pdf";
  const { size, sha256, file } = sample;
  const seconds = await curl(file, await storage.signPut(key, { type, size, sha256, expiresIn: 900 }));
  const get = { type, disposition: "inline", name: "x", expiresIn: 900 } as const;
  const bareCpu = await bareHash(await storage.signGet(key, get), "stream");
  const leastCpu = await bareHash(await storage.signGet(key, get), "drain");
  await storage.remove(key);
  const page = await sendByBarePage(site, storage, sample, PART);
  return { curl: seconds, page, bareCpu, leastCpu };
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
      const first = await sendInOnePiece(site, small);
      for (let index = 1; index < WARM_UPS; index += 1) await sendInOnePiece(site, small);
      const spent: number[] = [];
      for (let index = 0; index < ROUNDS; index += 1) spent.push(await sendInOnePiece(site, sample));
      return { first, later: median(spent) };
    } finally {
      await site.stop();
    }
  };
  try {
    const read = await measure(store.endpoint, 3295);
    const vouched = await measure(front.url, 3296);
    return { read: read.later, vouched: vouched.later, vouchedFirst: vouched.first };
  } finally {
    front.close();
    small.remove();
    await buckets.remove();
  }
}
