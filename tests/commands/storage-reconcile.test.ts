import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId, randomName } from "@/lib/id";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";
import { type CommandResult, runStorageCommand, spawnStorageCommand } from "./run-command";

let environment: TestEnvironment;
let ownerId: string;

beforeAll(async () => {
  environment = await createTestEnvironment();
  ownerId = newId();
  await environment.db.user.create({
    data: { id: ownerId, name: "Ada", email: "ada@example.org", handle: "ada" },
  });
});
beforeEach(async () => {
  await rm(join(environment.dataDir, "storage"), { recursive: true, force: true });
  await environment.db.file.deleteMany();
  await environment.db.purge.deleteMany();
});
afterAll(() => environment.drop());

const fields = { field: "medicalLetter", name: "a.pdf", type: "application/pdf", sha256: "" } as const;

/** Creates a file of three bytes, with its row. */
async function createFile(): Promise<{ id: string; key: string }> {
  const [id, prefix] = [newId(), `files/${randomName()}/`];
  const state = { visibility: "private", status: "submitted" } as const;
  await environment.db.file.create({ data: { id, ownerId, prefix, size: 3, ...fields, ...state } });
  await write(`${prefix}original`, "abc");
  return { id, key: `${prefix}original` };
}

const pathOf = (key: string) => join(environment.dataDir, "storage/private", key);

async function write(key: string, content: string): Promise<string> {
  await mkdir(dirname(pathOf(key)), { recursive: true });
  await writeFile(pathOf(key), content);
  return key;
}

const run = (options: string[], environment: Record<string, string> = {}) =>
  runStorageCommand(["reconcile", ...options], environment);

/** Reads the first chunk of the output and closes it, as `| head -1` does. */
async function runWithEarlyClose(options: string[]): Promise<CommandResult> {
  const child = spawnStorageCommand(["reconcile", ...options]);
  const error = text(child.stderr);
  const [first] = await once(child.stdout, "data");
  child.stdout.destroy();
  const [code] = await once(child, "close");
  return { code, out: String(first), error: await error };
}

describe("npm run storage -- reconcile", () => {
  test("exits with 0 if database and storage agree, as text and JSON", async () => {
    await createFile();
    expect(await run([])).toEqual({
      code: 0,
      out: "Database and storage agree: 1 files and 1 objects.\n",
      error: "",
    });
    const { code, out } = await run(["--json"]);
    expect(code).toBe(0);
    expect(JSON.stringify(JSON.parse(out))).toBe(
      '{"checked":{"rows":1,"objects":1},"missing":[],"unknown":[],"mismatched":[]}',
    );
  });

  test("prints differences in the documented format and exits with 1", async () => {
    await createFile();
    const [missing, mismatched] = [await createFile(), await createFile()];
    await rm(pathOf(missing.key));
    await write(mismatched.key, "abcd");
    const unknown = [await write("a/b", "ab"), await write("bell \u0007 and Größe", "x")];
    const { code, out } = await run(["--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      checked: { rows: 3, objects: 4 },
      missing: [{ storage: "private", key: missing.key, fileId: missing.id }],
      unknown: unknown.map((key, index) => ({ storage: "private", key, size: 2 - index })),
      mismatched: [{ storage: "private", key: mismatched.key, expected: 3, found: 4 }],
    });
    const plain = await run([]);
    expect(plain.code).toBe(1);
    expect(plain.out).toContain(`missing     private  ${missing.key}  of file ${missing.id}\n`);
    expect(plain.out).toContain("unknown     private  a/b  2 bytes\n");
    expect(plain.out).toContain(
      `mismatched  private  ${mismatched.key}  4 bytes, not 3 bytes, of file ${mismatched.id}\n`,
    );
    expect(plain.out).toContain('"bell \\u0007 and Größe"');
    expect(plain.out).not.toContain("\u0007");
    expect(plain.out).toContain("Compared 3 files and 4 objects: 1 missing, 2 unknown, 1 of another size.\n");
  });

  test("exits with 2 and prints no result if it cannot compare", async () => {
    await createFile();
    const unreachable = await run(["--json"], { DATABASE_URL: "postgresql://unknown@127.0.0.1:9/nothing" });
    expect(unreachable).toMatchObject({ code: 2, out: "" });
    expect(unreachable.error).not.toBe("");
    await rm(join(environment.dataDir, "storage"), { recursive: true });
    await writeFile(join(environment.dataDir, "storage"), "no folder");
    expect(await run(["--json"])).toMatchObject({ code: 2, out: "" });
  });

  test("ends without an error if the reader closes the output", async () => {
    for (let number = 0; number < 2_000; number += 1) await write(`stray/${randomName()}${randomName()}`, "");
    for (const options of [[], ["--json"]]) {
      expect(await runWithEarlyClose(options)).toMatchObject({ code: 1, error: "" });
    }
    expect(await runWithEarlyClose(["--repair"])).toMatchObject({ code: 1, error: "" });
    // The reader did not read the complete plan, so no repair was executed.
    expect(await environment.db.purge.count()).toBe(0);
  });

  test("prints its plan before a repair, and nothing else in dry runs", async () => {
    const [missing, key] = [await createFile(), await write("files/stray", "ab")];
    await rm(pathOf(missing.key));
    const plan = [
      `delete in 3600 s  private  ${key}  2 bytes`,
      `cannot be repaired  private  ${missing.key}  it is the original: restore it from a backup`,
      "Compared 1 files and 1 objects: 1 missing, 1 unknown, 0 of another size.",
    ];
    const dry = await run(["--repair", "--dry-run"]);
    expect(dry.code).toBe(1);
    expect(dry.out.trim().split("\n").sort()).toEqual([...plan].sort());
    expect(await environment.db.purge.count()).toBe(0);
    const repaired = await run(["--repair"]);
    expect(repaired.code).toBe(1);
    const [first = "", second = ""] = repaired.out.split("\nNow:\n");
    expect(first).toBe(dry.out);
    expect(second.trim().split("\n").sort()).toEqual([
      `FAILED  private  ${missing.key}  it is the original: restore it from a backup`,
      `done  private  ${key}`,
    ]);
    expect(await environment.db.purge.findMany()).toMatchObject([{ prefix: key, storage: "private" }]);
    await write(missing.key, "abc");
    expect((await run(["--repair"])).code).toBe(0);
  });
});
