import sharp from "sharp";
import { openPicture, readPictureHeader } from "../lib/inspect/decoder";
import { renderPicture } from "../lib/inspect/picture";
import { readFixture } from "../lib/inspect/testing/fixtures";
import { cropToSquare, encodeVariants, renderVariants, VARIANT_FORMATS } from "../lib/inspect/variants";
import type { BenchResult } from "./runner/result";

export const name = "pictures";

const RUNS = 15;

/** Ours beside what anybody would write with sharp alone for the same files, in turns, so that both meet the same machine. */
export async function run(): Promise<BenchResult> {
  const photograph = await readFixture("phone-portrait.jpg");
  const webp = await compare("WebP 512, 256, 96", {
    ours: () => renderWebpOnly(photograph),
    bare: () =>
      Promise.all(
        VARIANT_FORMATS.filter(({ ext }) => ext === "webp").map((form) =>
          renderBaselineSquare(photograph, form),
        ),
      ),
  });
  const both = await compare("WebP and AVIF 512, 256", {
    ours: () => renderVariants(photograph),
    bare: () => Promise.all(VARIANT_FORMATS.map((form) => renderBaselineSquare(photograph, form))),
  });
  const all = await compare("all that is kept, with the rendition of 2048", {
    ours: () => renderPicture(photograph),
    bare: () =>
      Promise.all([
        renderBaselineRendition(photograph),
        ...VARIANT_FORMATS.map((form) => renderBaselineSquare(photograph, form)),
      ]),
  });
  const ratio = ({ ours, baseline: bare, what }: Comparison) => ({
    what: `${what}, beside bare sharp`,
    goal: "at most 1.15",
    measured: (ours / bare).toFixed(2),
    met: ours / bare <= 1.15,
  });
  const within = ({ ours, what }: Comparison, most: number) => ({
    what,
    goal: `at most ${most} ms`,
    measured: `${ours.toFixed(0)} ms`,
    met: ours <= most,
  });
  return {
    name,
    rows: [webp, both, all].map(({ what, ours, baseline: bare, cpu, baselineCpu: bareCpu }) => ({
      "12 MP JPEG to": what,
      ms: roundToTenth(ours),
      "bare sharp, ms": roundToTenth(bare),
      ratio: Number((ours / bare).toFixed(2)),
      "CPU ms": roundToTenth(cpu),
      "bare CPU ms": roundToTenth(bareCpu),
    })),
    goals: [within(webp, 75), within(both, 180), ratio(webp), ratio(both), ratio(all)],
  };
}

type Comparison = { what: string; ours: number; baseline: number; cpu: number; baselineCpu: number };
type Work = () => Promise<unknown>;

/** Medians, in milliseconds of the clock and of all cores. */
async function compare(what: string, { ours, bare }: { ours: Work; bare: Work }): Promise<Comparison> {
  const mine: Sample[] = [];
  const theirs: Sample[] = [];
  await ours();
  await bare();
  for (let turn = 0; turn < RUNS; turn += 1) {
    mine.push(await measureWork(ours));
    theirs.push(await measureWork(bare));
  }
  const of = (samples: Sample[], key: keyof Sample) => median(samples.map((sample) => sample[key]));
  return {
    what,
    ours: of(mine, "clock"),
    baseline: of(theirs, "clock"),
    cpu: of(mine, "cpu"),
    baselineCpu: of(theirs, "cpu"),
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

async function renderWebpOnly(photograph: Buffer) {
  const square = await cropToSquare(() => openPicture(photograph), await readPictureHeader(photograph));
  return encodeVariants(
    square,
    VARIANT_FORMATS.filter(({ ext }) => ext === "webp"),
  );
}

function renderBaselineSquare(
  photograph: Buffer,
  { side, ext }: (typeof VARIANT_FORMATS)[number],
): Promise<Buffer> {
  const square = sharp(photograph).autoOrient().resize(side, side);
  return (
    ext === "avif" ? square.avif({ quality: 50, effort: 2 }) : square.webp({ quality: 80, effort: 3 })
  ).toBuffer();
}

function renderBaselineRendition(photograph: Buffer): Promise<Buffer> {
  return sharp(photograph)
    .autoOrient()
    .resize(2048, 2048, { fit: "inside", withoutEnlargement: true })
    .webp({ quality: 85, effort: 1 })
    .toBuffer();
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function roundToTenth(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
