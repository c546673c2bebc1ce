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
/** 300 Mbit/s in bytes per second: a fast connection, but slower than one core hashes. */
const THROTTLED_RATE = 37_500_000;
const THROTTLED_SIZE = 512 * MiB;
/** Uploaded once, to measure memory. */
const LARGE_SIZE = 2 * GiB;
/** A separate cluster, because other load would disturb the measurement. */
const CEPH_LOCATION = { port: 7530, folder: join(tmpdir(), "dossier-bench-ceph") };

/** Measures uploads, a sweep and a reconcile, and puts them into one table. */
export async function run(): Promise<BenchResult> {
  const results = [await measureUploads(), await sweep(), await reconcile()];
  return { name, rows: results.flatMap(({ rows }) => rows), goals: results.flatMap(({ goals }) => goals) };
}

/**
 * Uploads a file of 1 GiB to Ceph, by curl and through the application's page in a browser,
 * alternately. Then measures the CPU time of the application.
 */
async function measureUploads(): Promise<BenchResult> {
  const missing = await installCeph();
  if (missing) throw new Error(missing);
  const folder = await buildWithLargeFields();
  const sample = createSampleFile(FILE_SIZE);
  try {
    const store = await startCeph(CEPH_LOCATION);
    const { rounds, throttled, largeFile } = await measureByBrowser(folder, store, sample);
    const singlePut = await measureSinglePut(folder, store, sample);
    return formatReport(name, FILE_SIZE, rounds, { ...singlePut, throttled, largeFile });
  } finally {
    await resetCeph(CEPH_LOCATION);
    sample.remove();
  }
}

async function measureByBrowser(
  folder: string,
  store: TestStore,
  sample: SampleFile,
): Promise<{ rounds: BenchRound[]; throttled: ThrottledResult; largeFile: AppTimes }> {
  const port = 3294;
  const buckets = await createTestBuckets(store, { origins: [`http://localhost:${port}`] });
  const storage = createStorages(s3SettingsFor(store, buckets), systemClock).private;
  const site = await startBenchSite(folder, { ...store, ...buckets }, port);
  try {
    // The first upload loads code, so this is not measured.
    const first = createSampleFile(65 * MiB);
    await uploadByBrowser({ ...site, field: "Archives", file: first.file }, () => undefined);
    first.remove();
    const rounds: BenchRound[] = [];
    for (let index = 0; index < ROUNDS; index += 1) {
      rounds.push(await measureRound(site, storage, sample, index));
      console.log(`round ${index + 1}`, rounds.at(-1));
    }
    const throttled = await measureThrottled(site, storage);
    const large = createSampleFile(LARGE_SIZE);
    const largeFile = await measureApp(site, large);
    large.remove();
    console.log("2 GiB", largeFile);
    return { rounds, throttled, largeFile };
  } finally {
    await site.stop();
    await buckets.remove();
  }
}

/** Compares the browser with curl on a slow connection, which limits both. */
async function measureThrottled(site: BenchSite, storage: Storage): Promise<ThrottledResult> {
  const { file, size, sha256, remove } = createSampleFile(THROTTLED_SIZE);
  const ratios: number[] = [];
  try {
    for (let index = 0; index < ROUNDS; index += 1) {
      const key = `bench/throttled-${index}`;
      const put = await storage.signPut(key, { type: "application/pdf", size, sha256, expiresIn: 900 });
      const curl = await uploadByCurl(file, put, { bytesPerSecond: THROTTLED_RATE });
      await storage.remove(key);
      const { seconds } = await uploadByBrowser(
        { ...site, field: "Archives", file, bytesPerSecond: THROTTLED_RATE },
        () => undefined,
      );
      console.log("throttled", { curl, seconds });
      ratios.push(curl / seconds);
    }
  } finally {
    remove();
  }
  return { bytesPerSecond: THROTTLED_RATE, ratio: median(ratios) };
}

async function measureRound(
  site: BenchSite,
  storage: Storage,
  sample: SampleFile,
  index: number,
): Promise<BenchRound> {
  // The first of a round uses an idle store, so the two alternate.
  if (index % 2 === 0) {
    const baseline = await measureBaseline(site, storage, sample, `bench/${index}`);
    return { ...baseline, ...(await measureApp(site, sample)) };
  }
  const app = await measureApp(site, sample);
  return { ...app, ...(await measureBaseline(site, storage, sample, `bench/${index}`)) };
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
  const streamCpu = await measureBaselineHash(await storage.signGet(key, get), "stream");
  const socketCpu = await measureBaselineHash(await storage.signGet(key, get), "socket");
  await storage.remove(key);
  const page = await sendFromBaselinePage(site, storage, sample, PART_SIZE);
  return { curl: seconds, page, streamCpu, socketCpu };
}

async function measureApp(site: BenchSite, { file }: SampleFile): Promise<AppTimes> {
  const { server } = site;
  const [idle, before] = [server.resetMemory(), server.cpuMs()];
  let afterUpload = before;
  const upload = await uploadByBrowser({ ...site, field: "Archives", file }, () => {
    afterUpload = server.cpuMs();
  });
  return {
    ...upload,
    serverMemory: (server.peakMemory() - idle) / MiB,
    uploadCpu: (afterUpload - before) / 1000,
    completionCpu: (server.cpuMs() - afterUpload) / 1000,
  };
}

/**
 * Measures CPU seconds of the application for a single PUT: if it reads the object again, and if
 * the store returns a SHA-256.
 */
async function measureSinglePut(folder: string, store: TestStore, sample: SampleFile): Promise<SinglePutCpu> {
  // Starts with small files: during the first uploads the process loads and compiles code.
  const small = createSampleFile(33 * MiB);
  const proxy = await startChecksumProxy(new URL(store.endpoint), [sample, small]);
  const buckets = await createTestBuckets(store);
  const measure = async (endpoint: string, port: number) => {
    const site = await startBenchSite(folder, { ...store, ...buckets, endpoint }, port);
    try {
      const first = await uploadInSinglePut(site, small);
      for (let index = 1; index < WARM_UPS; index += 1) await uploadInSinglePut(site, small);
      const cpuSeconds: number[] = [];
      for (let index = 0; index < ROUNDS; index += 1) cpuSeconds.push(await uploadInSinglePut(site, sample));
      return { first, later: median(cpuSeconds) };
    } finally {
      await site.stop();
    }
  };
  try {
    const readBack = await measure(store.endpoint, 3295);
    const checksum = await measure(proxy.url, 3296);
    return {
      withReadBack: readBack.later,
      withStoreChecksum: checksum.later,
      firstWithStoreChecksum: checksum.first,
    };
  } finally {
    proxy.close();
    small.remove();
    await buckets.remove();
  }
}
