import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { afterAll, describe, expect, test, vi } from "vitest";
import { withDecoder } from "./decode";
import { type DecoderClaim, DecoderPool } from "./decoder-pool";
import { DecoderProcess } from "./decoder-process";
import { slowShadingPdf } from "./testing/documents";
import { readFixture } from "./testing/fixtures";

const PDF = "application/pdf";
const pool = new DecoderPool();
afterAll(() => pool.close());

const claim = (person = "ada", purpose: DecoderClaim["purpose"] = "image") => ({ person, purpose });

function renderFirstPage(bytes: Buffer, width = 200) {
  return withDecoder(pool, claim(), (decoder) =>
    decoder.run("renderPage", bytes, { type: PDF, page: 1, width }),
  );
}

describe("a decoder process", () => {
  test("opens bytes from memory and from a stream", async () => {
    const bytes = await readFixture("scanned.pdf");
    const count = (input: Parameters<Parameters<Parameters<typeof withDecoder>[2]>[0]["run"]>[1]) =>
      withDecoder(pool, claim(), (decoder) => decoder.run("inspectDocument", input, { type: PDF }));
    expect(await count(bytes)).toMatchObject({ pages: 4 });
    const chunks = [bytes.subarray(0, 10), bytes.subarray(10)];
    expect(await count({ size: bytes.length, stream: Readable.from(chunks) })).toMatchObject({ pages: 4 });
  });

  test("passes on what the decoder says about the bytes", async () => {
    await expect(renderFirstPage(await readFixture("locked.pdf"))).rejects.toMatchObject({
      code: "unreadable_file",
      detail: expect.stringMatching(/password/),
    });
  });

  test("reports an object of another size, and the next job works", async () => {
    const bytes = await readFixture("scanned.pdf");
    for (const size of [bytes.length - 1, bytes.length + 1])
      await expect(
        withDecoder(pool, claim(), (decoder) =>
          decoder.run("inspectDocument", { size, stream: Readable.from([bytes]) }, { type: PDF }),
        ),
      ).rejects.toThrow("another size");
    expect(await renderFirstPage(bytes)).toMatchObject({ width: 200 });
  });

  test("that computes for ever is ended, and the server keeps responding", async () => {
    let beats = 0;
    const timer = setInterval(() => {
      beats += 1;
    }, 10);
    await expect(renderFirstPage(await readFixture("endless.pdf"))).rejects.toMatchObject({
      code: "unavailable",
      limit: expect.stringMatching(/^(time|memory)$/),
    });
    clearInterval(timer);
    expect(beats).toBeGreaterThan(10);
    expect(await renderFirstPage(await readFixture("scanned.pdf"))).toMatchObject({ width: 200 });
  });

  test("is ended by its watchdog after its processor time", async () => {
    const request = {
      job: "renderPage",
      options: { type: PDF, page: 1, width: 1600 },
      cpuLimitMs: 1000,
    };
    const response = await new DecoderProcess().run(request, slowShadingPdf(), 60_000);
    expect(response).toEqual({ kind: "limit", limit: "time" });
  });

  test("is ended by its watchdog above 900 MiB", async () => {
    const chunk = Buffer.alloc(4 * 1024 * 1024);
    const chunks = Array.from({ length: 300 }, () => chunk);
    const request = { job: "inspectDocument", options: { type: PDF }, cpuLimitMs: 60_000 };
    const input = { size: chunk.length * chunks.length, stream: Readable.from(chunks) };
    const response = await new DecoderProcess().run(request, input, 60_000);
    expect(response).toEqual({ kind: "limit", limit: "memory" });
  });

  test.skipIf(process.platform !== "linux")("ends if its server is killed during a job", async () => {
    const server = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", ENDLESS_SERVER], {
      stdio: "ignore",
    });
    const children = () => readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, "utf8");
    const decoder = await vi.waitFor(() => {
      const pid = children().split(" ").find(isDecodingHard);
      expect(pid).toBeDefined();
      return pid;
    }, 30_000);
    server.kill("SIGKILL");
    await vi.waitFor(() => expect(existsSync(`/proc/${decoder}`)).toBe(false), 10_000);
  });
});

/** A server whose decoder process computes for longer than the test waits. */
const ENDLESS_SERVER = `
  const { DecoderProcess } = await import("./lib/inspect/decoder-process.ts");
  const { slowShadingPdf } = await import("./lib/inspect/testing/documents.ts");
  const options = { type: "application/pdf", page: 1, width: 4000 };
  const request = { job: "renderPage", options, cpuLimitMs: 600_000 };
  await new DecoderProcess().run(request, slowShadingPdf(), 600_000);
`;

/** Tells whether a decoder process has used a second of processor time, which no start takes. */
function isDecodingHard(pid: string): boolean {
  if (!pid || !readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(".decoder/program.mjs")) return false;
  const TICKS_PER_SECOND = 100;
  // The second field of the file is a name in brackets, and may contain spaces.
  const [userTicks] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ").slice(11) ?? [];
  return Number(userTicks) > TICKS_PER_SECOND;
}
