import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// Files such as people send, and such as they should not: made by real encoders on first use and kept in `.fixtures`, which git ignores, under the
// hash of what makes them.

/** Every file there is, and how it is made. Ask for one by name with `fixture`. */
const MAKERS = {
  "phone-portrait.jpg": async (): Promise<Buffer> => (await import("./photographs")).portrait(),
  "phone-landscape.jpg": async (): Promise<Buffer> => (await import("./photographs")).landscape(),
  "large-20mb.jpg": async (): Promise<Buffer> => (await import("./photographs")).large(),
  "truncated.jpg": async (): Promise<Buffer> =>
    (await import("./photographs")).truncated(await readFixture("phone-portrait.jpg")),
  "scanned.pdf": async (): Promise<Buffer> => (await import("./documents")).scanned(),
  "scripted-form.pdf": async (): Promise<Buffer> => (await import("./documents")).scripted(),
  "locked.pdf": async (): Promise<Buffer> => (await import("./documents")).locked(),
  "endless.pdf": async (): Promise<Buffer> => (await import("./documents")).endless(),
  "pages-501.pdf": async (): Promise<Buffer> => (await import("./documents")).blank(200, 200, 501),
  "huge-page.pdf": async (): Promise<Buffer> => (await import("./documents")).blank(14_400, 14_400),
  "thin-page.pdf": async (): Promise<Buffer> => (await import("./documents")).blank(1, 14_400),
  "truncated.pdf": async (): Promise<Buffer> => (await readFixture("scanned.pdf")).subarray(0, 9000),
  "gif-renamed.jpg": async (): Promise<Buffer> => (await import("./hostile")).gif(),
  "tiff-renamed.png": async (): Promise<Buffer> => (await import("./hostile")).tiff(),
  "animated.webp": async (): Promise<Buffer> => (await import("./hostile")).animatedWebp(),
  "animated.png": async (): Promise<Buffer> => (await import("./hostile")).animatedPng(),
  "flood-30000x30000.png": async (): Promise<Buffer> => (await import("./hostile")).flood(),
  "svg-renamed.png": async (): Promise<Buffer> => (await import("./hostile")).svg(),
  "html-before.pdf": async (): Promise<Buffer> =>
    (await import("./hostile")).htmlBeforePdf(await readFixture("scanned.pdf")),
  "html-in-comment.jpg": async (): Promise<Buffer> => (await import("./hostile")).jpegWithPage(),
} satisfies Record<string, () => Promise<Buffer>>;

export type FixtureName = keyof typeof MAKERS;
export const FIXTURES = Object.keys(MAKERS) as FixtureName[];

/** Path of a fixture, made where it is not there yet. */
export async function fixture(name: FixtureName): Promise<string> {
  const folder = await home();
  const path = join(folder, name);
  const there = await stat(path).then(
    () => true,
    () => false,
  );
  if (there) return path;
  await mkdir(folder, { recursive: true });
  // Several test files may make it at once: whoever is last puts the same bytes in place.
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, await MAKERS[name]());
  await rename(draft, path);
  return path;
}

export async function readFixture(name: FixtureName): Promise<Buffer> {
  return readFile(await fixture(name));
}

let found: Promise<string> | undefined;

/** `.fixtures/<hash of these sources>`: change a maker, and what it made before is no longer used. */
function home(): Promise<string> {
  found ??= (async () => {
    const here = fileURLToPath(new URL(".", import.meta.url));
    const hash = createHash("sha256");
    for (const name of (await readdir(here)).sort()) hash.update(await readFile(join(here, name)));
    return join(process.cwd(), ".fixtures", hash.digest("hex").slice(0, 12));
  })();
  return found;
}
