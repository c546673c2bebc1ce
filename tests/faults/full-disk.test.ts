import { execFile } from "node:child_process";
import { mkdtemp, readdir, rmdir, statfs, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { db } from "@/app/_server/app-context";
import { withLargeFields } from "@/lib/fields/testing/large-fields";
import { samplePdf } from "@/tests/support/app/documents";
import { getPartUrls, requestMultipartTicket, splitIntoParts, uploadParts } from "@/tests/support/app/parts";
import { createMember, type Person, putBytes } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

vi.mock("@/lib/fields/fields", async (original) => withLargeFields(await original()));

const run = promisify(execFile);
const MiB = 1024 * 1024;
const PART = 5 * MiB;

let environment: TestEnvironment;
let disk: string;
let mounted = false;

beforeAll(async () => {
  disk = await mkdtemp(join(tmpdir(), "dossier-full-"));
  mounted = await run("mount", ["-t", "tmpfs", "-o", "size=40m", "tmpfs", disk]).then(
    () => true,
    () => false,
  );
  environment = await createTestEnvironment({ DATA_DIR: disk });
});
afterAll(async () => {
  await environment.drop();
  if (mounted) await run("umount", [disk]);
  await rmdir(disk);
});

const ballast = () => join(disk, "ballast");

/** Fills the disk until this many bytes are free. */
async function fillUntil(bytes: number): Promise<void> {
  await unlink(ballast()).catch(() => undefined);
  const { bavail, bsize } = await statfs(disk);
  await writeFile(ballast(), Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : [])).sort();
}

async function expectUnavailable(response: Response): Promise<void> {
  expect([response.status, (await response.json()).code]).toEqual([503, "unavailable"]);
}

test("a disk that fills up during an upload loses nothing", async ({ skip }) => {
  if (!mounted) return skip("needs root to mount a small disk");
  const ada: Person = await createMember("Ada");
  const bytes = await samplePdf({ attachedBytes: PART + MiB });
  const parts = splitIntoParts(bytes, PART);
  const { id } = await requestMultipartTicket(ada, { field: "bundle", size: bytes.length });
  const [upload] = await getPartUrls(ada, id, parts);
  if (!upload || !parts[0]) throw new Error("There is no part.");
  const row = () => db().upload.findUniqueOrThrow({ where: { id } });
  const complete = () => ada.complete(id);
  const before = await row();

  await fillUntil(2 * MiB);
  let files = await filesOf(disk);
  await expectUnavailable(await putBytes({ upload }, parts[0].bytes));
  expect(await filesOf(disk)).toEqual(files);
  expect(await row()).toEqual(before);
  await fillUntil(30 * MiB);
  await uploadParts(ada, id, parts);

  await fillUntil(2 * MiB);
  files = await filesOf(disk);
  await expectUnavailable(await complete());
  expect(await filesOf(disk)).toEqual(files);
  expect((await row()).state).toBe("issued");
  expect((await (await ada.get(`/api/uploads/${id}`)).json()).received).toHaveLength(parts.length);
  expect(await db().file.count()).toBe(0);

  await unlink(ballast());
  const response = await complete();
  expect(response.status).toBe(200);
  expect((await response.json()).file.size).toBe(bytes.length);
}, 300_000);
