import sharp from "sharp";
import type { MediaType } from "../lib/fields/field";
import { type Decoder, withDecoder } from "../lib/inspect/decode";
import { openPicture, readPictureHeader } from "../lib/inspect/decoder";
import { DecoderPool } from "../lib/inspect/decoder-pool";
import { readFixture } from "../lib/inspect/testing/fixtures";
import { cropToSquare, encodeVariants, renderVariants, VARIANT_FORMATS } from "../lib/inspect/variants";
import { median } from "./runner/median";
import type { BenchResult } from "./runner/result";

export const name = "pictures";

const RUNS = 15;

/** Compares the application's picture code with plain sharp code, alternately. */
export async function run(): Promise<BenchResult> {
  const photo = await readFixture("phone-portrait.jpg");
  const webp = await compare("WebP 512, 256, 96", {
    ours: () => renderWebpOnly(photo),
    baseline: () =>
      Promise.all(
        VARIANT_FORMATS.filter(({ ext }) => ext === "webp").map((form) => renderBaselineSquare(photo, form)),
      ),
  });
  const both = await compare("WebP and AVIF 512, 256", {
    ours: () => renderVariants(photo),
    baseline: () => Promise.all(VARIANT_FORMATS.map((form) => renderBaselineSquare(photo, form))),
  });
  const all = await compare("all variants and the rendition of 2048, in the pool", {
    ours: () => inPool((decoder) => decoder.run("renderPicture", photo, {})),
    baseline: () =>
      Promise.all([
        renderBaselineRendition(photo),
        ...VARIANT_FORMATS.map((form) => renderBaselineSquare(photo, form)),
      ]),
  });
  const photoPage = await compare("a page image of a photograph, in the pool", {
    ours: () => renderPageInPool(photo, "image/jpeg"),
    baseline: () => openPicture(photo).resize(1600).webp({ quality: 82, effort: 2 }).toBuffer(),
  });
  const pdfPage = await measurePdfPage();
  pool.close();
  const ratio = ({ ours, baseline, what }: Comparison) => ({
    what: `${what}, ratio to plain sharp`,
    goal: "at most 1.15",
    measured: (ours / baseline).toFixed(2),
    met: ours / baseline <= 1.15,
  });
  const within = ({ ours, what }: Pick<Comparison, "ours" | "what">, most: number) => ({
    what,
    goal: `at most ${most} ms`,
    measured: `${ours.toFixed(0)} ms`,
    met: ours <= most,
  });
  return {
    name,
    rows: [
      ...[webp, both, all, photoPage].map(({ what, ours, baseline, cpu, baselineCpu: bareCpu }) => ({
        "12 MP JPEG to": what,
        ms: roundToTenth(ours),
        "plain sharp, ms": roundToTenth(baseline),
        ratio: Number((ours / baseline).toFixed(2)),
        // Of this process. The pool decodes in others.
        "CPU ms": roundToTenth(cpu),
        "plain sharp, CPU ms": roundToTenth(bareCpu),
      })),
      { "12 MP JPEG to": pdfPage.what, ms: roundToTenth(pdfPage.ours) },
    ],
    goals: [
      within(webp, 75),
      within(both, 180),
      ratio(webp),
      ratio(both),
      ratio(all),
      within(photoPage, 250),
      within(pdfPage, 250),
    ],
  };
}

const pool = new DecoderPool();

function inPool<T>(work: (decoder: Decoder) => Promise<T>): Promise<T> {
  return withDecoder(pool, { person: "bench", purpose: "image" }, work);
}

function renderPageInPool(bytes: Buffer, type: MediaType): Promise<unknown> {
  const watermark = { text: "ID 12345678 · 2026-05-14 · Grace Hopper" };
  return inPool((decoder) => decoder.run("renderPage", bytes, { type, page: 1, watermark }));
}

/** Returns the median in milliseconds. No peer of the same run draws a PDF. */
async function measurePdfPage(): Promise<Pick<Comparison, "what" | "ours">> {
  const scan = await readFixture("scanned.pdf");
  const render = () => renderPageInPool(scan, "application/pdf");
  await render();
  const samples: number[] = [];
  for (let turn = 0; turn < RUNS; turn += 1) samples.push((await measureWork(render)).clock);
  return { what: "a page image of a scanned PDF, in the pool", ours: median(samples) };
}

type Comparison = { what: string; ours: number; baseline: number; cpu: number; baselineCpu: number };
type Work = () => Promise<unknown>;

/** Returns medians in milliseconds, of the clock and of the CPU time of all cores. */
async function compare(
  what: string,
  { ours, baseline }: { ours: Work; baseline: Work },
): Promise<Comparison> {
  const oursSamples: Sample[] = [];
  const baselineSamples: Sample[] = [];
  await ours();
  await baseline();
  for (let turn = 0; turn < RUNS; turn += 1) {
    oursSamples.push(await measureWork(ours));
    baselineSamples.push(await measureWork(baseline));
  }
  const of = (samples: Sample[], key: keyof Sample) => median(samples.map((sample) => sample[key]));
  return {
    what,
    ours: of(oursSamples, "clock"),
    baseline: of(baselineSamples, "clock"),
    cpu: of(oursSamples, "cpu"),
    baselineCpu: of(baselineSamples, "cpu"),
  };
}

type Sample = { clock: number; cpu: number };

async function measureWork(work: Work): Promise<Sample> {
  const before = process.cpuUsage();
  const start = performance.now();
  await work();
  const clock = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { clock, cpu: (user + system) / 1000 };
}

async function renderWebpOnly(photo: Buffer) {
  const square = await cropToSquare(() => openPicture(photo), await readPictureHeader(photo));
  return encodeVariants(
    square,
    VARIANT_FORMATS.filter(({ ext }) => ext === "webp"),
  );
}

function renderBaselineSquare(
  photo: Buffer,
  { side, ext }: (typeof VARIANT_FORMATS)[number],
): Promise<Buffer> {
  const square = sharp(photo).autoOrient().resize(side, side);
  return (
    ext === "avif" ? square.avif({ quality: 50, effort: 2 }) : square.webp({ quality: 80, effort: 3 })
  ).toBuffer();
}

function renderBaselineRendition(photo: Buffer): Promise<Buffer> {
  return sharp(photo)
    .autoOrient()
    .resize(2048, 2048, { fit: "inside", withoutEnlargement: true })
    .webp({ quality: 85, effort: 1 })
    .toBuffer();
}

function roundToTenth(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
