import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeZip } from "client-zip";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Export, ExportedFile } from "@/lib/accounts/export";
import { archiveEntries, type ExportProblem, type ExportProgress } from "./archive-entries";
import type { DownloadContext } from "./download-bytes";

const run = promisify(execFile);
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dossier-export-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const LETTER = Buffer.from("a letter".repeat(50_000));
const PATHS = [
  "documents/Medical letter/2026-03-01 lettre – 証明.pdf",
  "documents/Contracts/2026-03-02 a  b.pdf",
];

const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("base64");
const fileOf = (path: string, changes: Partial<ExportedFile> = {}): ExportedFile => ({
  id: path,
  field: "contract",
  name: "a.pdf",
  type: "application/pdf",
  size: LETTER.length,
  sha256: hashOf(LETTER),
  visibility: "private",
  status: "stored",
  createdAt: "2026-03-01T10:00:00.000Z",
  version: 1,
  path,
  content: `/content/${path}`,
  ...changes,
});

/** Saves the archive of these files as a browser does. Each URL responds with `respond`. */
async function saveArchive(
  files: ExportedFile[],
  respond: (url: string) => Response = () => new Response(LETTER),
) {
  const data: Export = {
    generatedAt: "2026-03-05T10:00:00.000Z",
    profile: { name: "Ada" },
    files,
    accesses: [],
    decisions: [],
    receipts: [],
    requests: [],
    sessions: [],
    passkeys: [],
    trail: [],
  };
  const context: DownloadContext = {
    wait: async () => undefined,
    network: { isOnline: () => true, waitUntilOnline: async () => undefined },
    random: () => 0,
    fetch: async (url) => respond(String(url)),
  };
  const problems: ExportProblem[] = [];
  const progress: ExportProgress[] = [];
  const options = {
    signal: new AbortController().signal,
    onProgress: (now: ExportProgress) => progress.push(now),
  };
  const zip = makeZip(archiveEntries(context, data, problems, options));
  await writeFile(join(folder, "my-data.zip"), Buffer.from(await new Response(zip).arrayBuffer()));
  await run("unzip", ["-q", "my-data.zip"], { cwd: folder, env: { ...process.env, LC_ALL: "C.UTF-8" } });
  return { problems, progress };
}

const verify = () => run("sha256sum", ["-c", "SHA256SUMS"], { cwd: folder });
const readJson = async (name: string) => JSON.parse(await readFile(join(folder, name), "utf8"));

test("sha256sum verifies an unpacked archive", async () => {
  const { problems, progress } = await saveArchive(PATHS.map((path) => fileOf(path)));
  expect(problems).toEqual([]);
  const { stdout } = await verify();
  const lines = stdout.trim().split("\n");
  expect(lines.every((line) => line.endsWith(": OK"))).toBe(true);
  // README.txt, ten lists and two files; not the list of hashes itself.
  expect(lines).toHaveLength(13);
  expect(await readFile(join(folder, PATHS[0] ?? ""))).toEqual(LETTER);
  const manifest = await readJson("manifest.json");
  expect(manifest).toMatchObject({ generatedAt: "2026-03-05T10:00:00.000Z", problems: [] });
  expect(manifest.entries).toContainEqual({ path: PATHS[0], size: LETTER.length, sha256: hashOf(LETTER) });
  expect(await readJson("profile.json")).toEqual({ name: "Ada" });
  expect((await readJson("files.json"))[0]).not.toHaveProperty("content");
  expect(progress.at(-1)).toMatchObject({ files: 2, totalFiles: 2, bytes: 2 * LETTER.length });
});

test("a changed file fails the verification", async () => {
  await saveArchive([fileOf(PATHS[0] ?? "")]);
  await writeFile(join(folder, PATHS[0] ?? ""), "another letter");
  await expect(verify()).rejects.toMatchObject({ stdout: expect.stringContaining("FAILED") });
});

test("a file that arrives damaged is reported, and fails the verification", async () => {
  const damaged = Buffer.from(LETTER);
  damaged[70] = 0;
  const [good, bad] = PATHS.map((path) => fileOf(path));
  if (!good || !bad) throw new Error("no files");
  const { problems } = await saveArchive(
    [good, bad],
    (url) => new Response(url === bad.content ? damaged : LETTER),
  );
  expect(problems).toEqual([{ path: bad.path, reason: "different" }]);
  expect((await readJson("manifest.json")).problems).toEqual(problems);
  await expect(verify()).rejects.toMatchObject({ stdout: expect.stringContaining(`${bad.path}: FAILED`) });
});

test("a file that is gone is reported, and the others are saved", async () => {
  const [gone, good] = PATHS.map((path) => fileOf(path));
  const { problems } = await saveArchive([gone as ExportedFile, good as ExportedFile], (url) =>
    url === gone?.content ? new Response(null, { status: 410 }) : new Response(LETTER),
  );
  expect(problems).toEqual([{ path: PATHS[0], reason: "missing" }]);
  expect((await verify()).stdout).toContain(`${PATHS[1]}: OK`);
});

test("a destroyed file is listed without a request for it", async () => {
  const { content: _content, ...destroyed } = fileOf(PATHS[0] ?? "", {
    purgedAt: "2026-03-04T00:00:00.000Z",
  });
  const { problems } = await saveArchive([destroyed], () => {
    throw new Error("no request expected");
  });
  expect(problems).toEqual([]);
  expect(await readJson("files.json")).toMatchObject([{ purgedAt: "2026-03-04T00:00:00.000Z" }]);
  await verify();
});
