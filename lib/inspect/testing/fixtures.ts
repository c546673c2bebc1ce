import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// Good and hostile files for tests. Real encoders make each at its first use. `.fixtures` caches
// them under the hash of these sources.

/** How to build each fixture. `readFixture` returns one by name. */
const FIXTURE_BUILDERS = {
  "phone-portrait.jpg": async (): Promise<Buffer> => (await import("./photographs")).portrait(),
  "phone-landscape.jpg": async (): Promise<Buffer> => (await import("./photographs")).landscape(),
  "large-20mb.jpg": async (): Promise<Buffer> => (await import("./photographs")).large(),
  "truncated.jpg": async (): Promise<Buffer> =>
    (await import("./photographs")).truncated(await readFixture("phone-portrait.jpg")),
  "scanned.pdf": async (): Promise<Buffer> => (await import("./documents")).scannedPdf(),
  "scripted-form.pdf": async (): Promise<Buffer> => (await import("./documents")).scriptedPdf(),
  "locked.pdf": async (): Promise<Buffer> => (await import("./documents")).passwordProtectedPdf(),
  "endless.pdf": async (): Promise<Buffer> => (await import("./documents")).deeplyNestedPdf(),
  "pages-501.pdf": async (): Promise<Buffer> => (await import("./documents")).blankPdf(200, 200, 501),
  "huge-page.pdf": async (): Promise<Buffer> => (await import("./documents")).blankPdf(14_400, 14_400),
  "thin-page.pdf": async (): Promise<Buffer> => (await import("./documents")).blankPdf(1, 14_400),
  "thai-without-font.pdf": async (): Promise<Buffer> =>
    (await import("./odd-pdfs")).undrawnLettersPdf("thai"),
  "truncated.pdf": async (): Promise<Buffer> => (await readFixture("scanned.pdf")).subarray(0, 9000),
  "gif-renamed.jpg": async (): Promise<Buffer> => (await import("./hostile")).animatedGif(),
  "tiff-renamed.png": async (): Promise<Buffer> => (await import("./hostile")).tiffPicture(),
  "animated.webp": async (): Promise<Buffer> => (await import("./hostile")).animatedWebp(),
  "animated.png": async (): Promise<Buffer> => (await import("./hostile")).animatedPng(),
  "one-frame.png": async (): Promise<Buffer> => (await import("./hostile")).stillAnimationPng(),
  "flood-30000x30000.png": async (): Promise<Buffer> => (await import("./hostile")).pixelBombPng(),
  "svg-renamed.png": async (): Promise<Buffer> => (await import("./hostile")).scriptedSvg(),
  "html-before.pdf": async (): Promise<Buffer> =>
    (await import("./hostile")).htmlBeforePdf(await readFixture("scanned.pdf")),
  "html-in-comment.jpg": async (): Promise<Buffer> => (await import("./hostile")).jpegWithHtmlComment(),
} satisfies Record<string, () => Promise<Buffer>>;

export type FixtureName = keyof typeof FIXTURE_BUILDERS;
export const FIXTURES = Object.keys(FIXTURE_BUILDERS) as FixtureName[];

/** Returns the path of a fixture. Builds it at the first call. */
export async function fixturePath(name: FixtureName): Promise<string> {
  const folder = await fixtureFolder();
  const path = join(folder, name);
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (exists) return path;
  await mkdir(folder, { recursive: true });
  // Several test files may build it concurrently. Each renames the same bytes to this path.
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, await FIXTURE_BUILDERS[name]());
  await rename(draft, path);
  return path;
}

export async function readFixture(name: FixtureName): Promise<Buffer> {
  return readFile(await fixturePath(name));
}

let fixtureFolderPromise: Promise<string> | undefined;

/** Returns `.fixtures/<hash of these sources>`. A changed source leads to another folder. */
function fixtureFolder(): Promise<string> {
  fixtureFolderPromise ??= (async () => {
    const here = fileURLToPath(new URL(".", import.meta.url));
    const hash = createHash("sha256");
    for (const name of (await readdir(here)).sort()) hash.update(await readFile(join(here, name)));
    return join(process.cwd(), ".fixtures", hash.digest("hex").slice(0, 12));
  })();
  return fixtureFolderPromise;
}
