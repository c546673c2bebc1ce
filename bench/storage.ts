import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../lib/clock";
import { GiB, MiB } from "../lib/fields/field";
import { createStorages } from "../lib/storage/factory";
import type { Storage } from "../lib/storage/storage";
import { createTestBuckets, type TestStore } from "../tests/stores/buckets";
import { resetCeph, startCeph } from "../tests/stores/ceph";
import { installCeph } from "../tests/stores/ceph-packages";
import { s3SettingsFor } from "../tests/stores/s3-subject";
import { run as reconcile } from "./reconcile";
import { median } from "./runner/median";
import type { BenchResult } from "./runner/result";
import { run as sweep } from "./sweep";
import { measureBaselineHash } from "./upload/baseline-hash";
import { sendFromBaselinePage } from "./upload/baseline-page";
import { type BenchSite, startBenchSite } from "./upload/bench-site";
import { uploadByBrowser } from "./upload/browser-upload";
import { startChecksumProxy } from "./upload/checksum-proxy";
import { uploadByCurl } from "./upload/curl";
import { buildWithLargeFields } from "./upload/large-field-build";
import {
  type AppTimes,
  type BaselineTimes,
  type BenchRound,
  formatReport,
  type SinglePutCpu,
  type ThrottledResult,
} from "./upload/report";
import { createSampleFile, type SampleFile } from "./upload/sample-file";
import { uploadInSinglePut } from "./upload/single-put";

export const name = "storage";

const FILE_SIZE = GiB;
const ROUNDS = 3;
const PART_SIZE = 32 * MiB;
const WARM_UPS = 60;
/** 300 Mbit/s, in bytes a second: much for what people have, and little beside what one core hashes. */
const LINE_RATE = 37_500_000;
const THROTTLED_SIZE = 512 * MiB;
/** Once, for what it asks of memory. */
const LARGE_SIZE = 2 * GiB;
/** A cluster of its own: one that others use has other things to do, and keeps what it is given. */
const CEPH_LOCATION = { port: 7530, folder: join(tmpdir(), "dossier-bench-ceph") };

/** What storage costs: uploads, then sweep and reconcile at their own sizes, in one table after the other. */
export async function run(): Promise<BenchResult> {
  const all = [await measureUploads(), await sweep(), await reconcile()];
  return { name, rows: all.flatMap(({ rows }) => rows), goals: all.flatMap(({ goals }) => goals) };
}

/** One file of a GiB to Ceph: by curl, and through our page in a browser, in turns; then what the application spends on it. */
async function measureUploads(): Promise<BenchResult> {
  const missing = await installCeph();
  if (missing) throw new Error(missing);
  const folder = await buildWithLargeFields();
  const sample = createSampleFile(FILE_SIZE);
  try {
    const store = await startCeph(CEPH_LOCATION);
    const { rounds, line, huge } = await measureByBrowser(folder, store, sample);
    const pieces = await measureSinglePut(folder, store, sample);
    return formatReport(name, FILE_SIZE, rounds, { ...pieces, throttled: line, largeFile: huge });
  } finally {
    await resetCeph(CEPH_LOCATION);
    sample.remove();
  }
}

async function measureByBrowser(
  folder: string,
  store: TestStore,
  sample: SampleFile,
): Promise<{ rounds: BenchRound[]; line: ThrottledResult; huge: AppTimes }> {
  const port = 3294;
  const buckets = await createTestBuckets(store, { origins: [`http://localhost:${port}`] });
  const storage = createStorages(s3SettingsFor(store, buckets), systemClock).private;
  const site = await startBenchSite(folder, { ...store, ...buckets }, port);
  try {
    // What a process loads for its first upload it would have loaded for any.
    const first = createSampleFile(65 * MiB);
    await uploadByBrowser({ ...site, field: "Archives", file: first.file }, () => undefined);
    first.remove();
    const rounds: BenchRound[] = [];
    for (let index = 0; index < ROUNDS; index += 1) {
      rounds.push(await measureRound(site, storage, sample, index));
      console.log(`round ${index + 1}`, rounds.at(-1));
    }
    const line = await measureThrottled(site, storage);
    const large = createSampleFile(LARGE_SIZE);
    const huge = await measureApp(site, large);
    large.remove();
    console.log("2 GiB", huge);
    return { rounds, line, huge };
  } finally {
    await site.stop();
    await buckets.remove();
  }
}

/** Where neither browser nor store is what takes the time, but the line between them. */
async function measureThrottled(site: BenchSite, storage: Storage): Promise<ThrottledResult> {
  const { file, size, sha256, remove } = createSampleFile(THROTTLED_SIZE);
  const shares: number[] = [];
  try {
    for (let index = 0; index < ROUNDS; index += 1) {
      const key = `bench/line-${index}`;
      const put = await storage.signPut(key, { type: "application/pdf", size, sha256, expiresIn: 900 });
      const bare = await uploadByCurl(file, put, { line: LINE_RATE });
      await storage.remove(key);
      const { seconds } = await uploadByBrowser(
        { ...site, field: "Archives", file, bytesPerSecond: LINE_RATE },
        () => undefined,
      );
      console.log("over a line", { bare, seconds });
      shares.push(bare / seconds);
    }
  } finally {
    remove();
  }
  return { rate: LINE_RATE, share: median(shares) };
}

async function measureRound(
  site: BenchSite,
  storage: Storage,
  sample: SampleFile,
  index: number,
): Promise<BenchRound> {
  // Who goes first meets a store that has rested: by turns.
  if (index % 2 === 0) {
    const bare = await measureBaseline(site, storage, sample, `bench/${index}`);
    return { ...bare, ...(await measureApp(site, sample)) };
  }
  const ours = await measureApp(site, sample);
  return { ...ours, ...(await measureBaseline(site, storage, sample, `bench/${index}`)) };
}

async function measureBaseline(
  site: BenchSite,
  storage: Storage,
  sample: SampleFile,
  key: string,
): Promise<BaselineTimes> {
  const type = "application/pdf";
  const { size, sha256, file } = sample;
  const seconds = await uploadByCurl(
    file,
    await storage.signPut(key, { type, size, sha256, expiresIn: 900 }),
  );
  const get = { type, disposition: "inline", name: "x", expiresIn: 900 } as const;
  const bareCpu = await measureBaselineHash(await storage.signGet(key, get), "stream");
  const leastCpu = await measureBaselineHash(await storage.signGet(key, get), "drain");
  await storage.remove(key);
  const page = await sendFromBaselinePage(site, storage, sample, PART_SIZE);
  return { curl: seconds, page, bareCpu, leastCpu };
}

async function measureApp(site: BenchSite, { file }: SampleFile): Promise<AppTimes> {
  const { server: peer } = site;
  const [idle, before] = [peer.resetMemory(), peer.cpuMs()];
  let between = before;
  const sent = await uploadByBrowser({ ...site, field: "Archives", file }, () => {
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
async function measureSinglePut(folder: string, store: TestStore, sample: SampleFile): Promise<SinglePutCpu> {
  // Small ones first: what the first dozen costs is loading and compiling, and is no part of an upload.
  const small = createSampleFile(33 * MiB);
  const front = await startChecksumProxy(new URL(store.endpoint), [sample, small]);
  const buckets = await createTestBuckets(store);
  const measure = async (endpoint: string, port: number) => {
    const site = await startBenchSite(folder, { ...store, ...buckets, endpoint }, port);
    try {
      const first = await uploadInSinglePut(site, small);
      for (let index = 1; index < WARM_UPS; index += 1) await uploadInSinglePut(site, small);
      const spent: number[] = [];
      for (let index = 0; index < ROUNDS; index += 1) spent.push(await uploadInSinglePut(site, sample));
      return { first, later: median(spent) };
    } finally {
      await site.stop();
    }
  };
  try {
    const read = await measure(store.endpoint, 3295);
    const vouched = await measure(front.url, 3296);
    return {
      withReadBack: read.later,
      withStoreChecksum: vouched.later,
      firstWithStoreChecksum: vouched.first,
    };
  } finally {
    front.close();
    small.remove();
    await buckets.remove();
  }
}
