import type { Clock } from "../clock";
import { ENCODINGS, type Encoding, type StaticFile } from "./collect";
import { entryOf, type Manifest, manifestSchema } from "./manifest";
import { type StaticPolicy, staticPolicy } from "./policy";
import type { StaticTarget } from "./target";

/** Where the manifests lie; the one of the build that is served last is the youngest. */
const MANIFESTS = "_manifests/";
/** What nginx looks for beside a file. */
const SUFFIX: Record<Encoding | "identity", string> = { identity: "", br: ".br", gzip: ".gz" };
/** Uploads under way at once. */
const LANES = 8;

export type Publication = {
  build: string;
  /** Keys. */
  added: string[];
  replaced: string[];
  kept: number;
  removed: string[];
};

type Options = {
  clock: Clock;
  /** Next's id of this build. */
  build: string;
  /** How long files that only earlier builds name are kept, so that pages that are open go on working. Seconds. */
  keep: number;
  /** Says what would be done, and does nothing. */
  dryRun?: boolean;
};

/**
 * Publishes a build: what is not there yet first, its manifest last, then what no build needs any more is removed. A file under a
 * fingerprinted name is never overwritten; the few of `public/` under names of their own are, where they differ. Again: nothing is done.
 */
export async function publish(
  files: AsyncIterable<StaticFile>,
  target: StaticTarget,
  { clock, build, keep, dryRun = false }: Options,
): Promise<Publication> {
  const there = new Map<string, number>();
  for await (const { key, size } of target.list("")) there.set(key, size);
  const before = await manifests(target, there);
  const now: Manifest = { version: 1, build, publishedAt: clock.now().toISOString(), files: {} };
  const done: Publication = { build, added: [], replaced: [], kept: 0, removed: [] };
  const lanes = new Lanes(LANES);
  for await (const file of files) {
    now.files[file.address] = entryOf(file);
    const policy = staticPolicy(file.address);
    const changed = !policy.fingerprinted && !isAsBefore(before, file);
    for (const form of formsOf(file)) {
      const replace = changed && there.has(form.key);
      if (there.has(form.key) && !replace) {
        done.kept += 1;
        continue;
      }
      (replace ? done.replaced : done.added).push(form.key);
      if (!dryRun)
        await lanes.add(() => target.put(form.key, form.bytes, servedAs(policy, form.encoding), { replace }));
    }
  }
  await lanes.end();
  const living = [now, ...before.filter((each) => each.build !== build && !isOver(each, clock, keep))];
  if (!dryRun) await putManifest(target, now);
  const needed = new Set(living.flatMap(keysOf));
  for (const key of there.keys()) {
    if (needed.has(key)) continue;
    done.removed.push(key);
    if (!dryRun) await target.remove(key);
  }
  return done;
}

/** All manifests at a target, the youngest first. */
export async function publishedManifests(target: StaticTarget): Promise<Manifest[]> {
  const there = new Map<string, number>();
  for await (const { key, size } of target.list(MANIFESTS)) there.set(key, size);
  return manifests(target, there);
}

async function manifests(target: StaticTarget, there: ReadonlyMap<string, number>): Promise<Manifest[]> {
  const found: Manifest[] = [];
  for (const key of there.keys()) {
    if (!key.startsWith(MANIFESTS)) continue;
    const bytes = await target.read(key);
    if (bytes) found.push(manifestSchema.parse(JSON.parse(bytes.toString())));
  }
  return found.sort((one, other) => (one.publishedAt < other.publishedAt ? 1 : -1));
}

async function putManifest(target: StaticTarget, manifest: Manifest): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(manifest));
  const as = { contentType: "application/json; charset=utf-8", cacheControl: "no-store" };
  await target.put(manifestKey(manifest), bytes, as, { replace: true });
}

function manifestKey({ build }: Manifest): string {
  return `${MANIFESTS}${build}.json`;
}

export function keyOf(address: string, form: Encoding | "identity"): string {
  return `${address.slice(1)}${SUFFIX[form]}`;
}

function isAsBefore([youngest]: Manifest[], { address, sha256 }: StaticFile): boolean {
  return youngest?.files[address]?.sha256 === sha256;
}

function isOver({ publishedAt }: Manifest, clock: Clock, keep: number): boolean {
  return new Date(publishedAt).getTime() + keep * 1000 <= clock.now().getTime();
}

function keysOf(manifest: Manifest): string[] {
  const files = Object.entries(manifest.files).flatMap(([address, { encodings }]) => {
    return (["identity", ...encodings] as const).map((form) => keyOf(address, form));
  });
  return [...files, manifestKey(manifest)];
}

type Form = { key: string; bytes: Buffer; encoding?: Encoding };

/** The file as it is, and each encoding beside it. */
function formsOf({ address, bytes, encoded }: StaticFile): Form[] {
  const forms = ENCODINGS.flatMap((encoding) => {
    const bytes = encoded[encoding];
    return bytes ? [{ key: keyOf(address, encoding), bytes, encoding }] : [];
  });
  return [{ key: keyOf(address, "identity"), bytes }, ...forms];
}

function servedAs({ contentType, cacheControl }: StaticPolicy, encoding: Encoding | undefined) {
  return { contentType, cacheControl, ...(encoding ? { contentEncoding: encoding } : {}) };
}

/** Runs so many at once; the first failure is thrown by `end`, and by `add` as soon as it is known. */
class Lanes {
  readonly #most: number;
  readonly #running = new Set<Promise<void>>();
  #failure: { reason: unknown } | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  async add(work: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.#most) await Promise.race(this.#running);
    this.#check();
    const run: Promise<void> = work()
      .catch((reason: unknown) => {
        this.#failure ??= { reason };
      })
      .finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  async end(): Promise<void> {
    await Promise.all(this.#running);
    this.#check();
  }

  #check(): void {
    if (this.#failure) throw this.#failure.reason;
  }
}
