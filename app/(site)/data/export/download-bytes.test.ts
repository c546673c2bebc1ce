import { describe, expect, test } from "vitest";
import { type DownloadContext, type DownloadStall, downloadBytes } from "./download-bytes";

const BYTES = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);
const URL_OF_FILE = "/api/files/a/content?intent=download";

type Reply =
  /** Sends the bytes from the asked one on, and cuts the connection before this one. */
  { until: number; ignoresRange?: boolean } | { status: number; redirected?: boolean } | "no connection";

/** A network that gives these replies in order, and records the ranges it is asked for. */
function setUp(replies: Reply[], isOnline: () => boolean = () => true) {
  const ranges: (string | null)[] = [];
  const stalls: (DownloadStall | undefined)[] = [];
  const waits: number[] = [];
  const context: DownloadContext = {
    wait: async (milliseconds) => void waits.push(milliseconds),
    network: { isOnline, waitUntilOnline: async () => undefined },
    random: () => 0,
    fetch: async (_url, init) => {
      const range = new Headers(init?.headers).get("range");
      ranges.push(range);
      const reply = replies.shift();
      if (reply === undefined) throw new Error("The test has no more replies.");
      if (reply === "no connection") throw new TypeError("Failed to fetch");
      if ("status" in reply)
        return Object.defineProperty(new Response(null, { status: reply.status }), "redirected", {
          value: reply.redirected ?? false,
        });
      const start = reply.ignoresRange ? 0 : Number(/\d+/.exec(range ?? "")?.[0] ?? 0);
      return new Response(cutStream(start, reply.until), { status: start > 0 ? 206 : 200 });
    },
  };
  const stop = new AbortController();
  const read = async (onChunk?: () => void) => {
    const received: Uint8Array[] = [];
    const options = { signal: stop.signal, onStall: (stall?: DownloadStall) => void stalls.push(stall) };
    for await (const chunk of downloadBytes(context, { url: URL_OF_FILE, size: BYTES.length }, options)) {
      received.push(chunk);
      onChunk?.();
    }
    return Buffer.concat(received);
  };
  return { read, ranges, stalls, waits, stop };
}

/** Chunks of 100 bytes. Before the end of the file it fails, as a cut connection does. */
function cutStream(start: number, until: number): ReadableStream<Uint8Array> {
  let next = start;
  return new ReadableStream({
    pull(controller) {
      if (next >= until)
        return until < BYTES.length ? controller.error(new Error("cut")) : controller.close();
      const end = Math.min(next + 100, until);
      controller.enqueue(BYTES.slice(next, end));
      next = end;
    },
  });
}

describe("a download", () => {
  test("goes on at its byte after each cut", async () => {
    const { read, ranges } = setUp([{ until: 250 }, { until: 700 }, { until: 1000 }]);
    expect((await read()).equals(BYTES)).toBe(true);
    expect(ranges).toEqual([null, "bytes=250-", "bytes=700-"]);
  });

  test("drops what it has if the server ignores the range", async () => {
    const { read } = setUp([{ until: 250 }, { until: 1000, ignoresRange: true }]);
    expect((await read()).equals(BYTES)).toBe(true);
  });

  test("waits longer after each failure, and shortly again after a byte", async () => {
    const away = ["no connection", { status: 503 }, { status: 503, redirected: true }] as const;
    const { read, waits, stalls } = setUp([...away, { until: 100 }, "no connection", { until: 1000 }]);
    await read();
    expect(waits).toEqual([1000, 2000, 4000, 1000, 1000]);
    expect(new Set(stalls)).toEqual(new Set(["retrying", undefined]));
  });

  test("never gives up on its own", async () => {
    const { read, waits } = setUp([...Array<Reply>(200).fill("no connection"), { until: 1000 }]);
    expect(await read()).toHaveLength(1000);
    expect(Math.max(...waits)).toBe(15_000);
  });

  test("waits for the network while it is offline", async () => {
    let online = false;
    const { read, waits, stalls } = setUp(["no connection", { until: 1000 }], () => {
      const before = online;
      online = true;
      return before;
    });
    await read();
    expect([waits, stalls[0]]).toEqual([[], "offline"]);
  });

  test("waits for a new sign-in, then goes on", async () => {
    const { read, stalls } = setUp([{ until: 300 }, { status: 401 }, { until: 1000 }]);
    expect(await read()).toHaveLength(1000);
    expect(stalls).toContain("signed-out");
  });

  test("leaves out a file that was deleted meanwhile", async () => {
    await expect(setUp([{ status: 410 }]).read()).rejects.toMatchObject({ name: "FileMissingError" });
  });

  test("leaves out a file that the store refuses six times", async () => {
    const { read, ranges } = setUp(Array<Reply>(6).fill({ status: 404, redirected: true }));
    await expect(read()).rejects.toMatchObject({ name: "FileMissingError" });
    expect(ranges).toHaveLength(6);
  });

  test.each([
    [404, /Another person is signed in/],
    [403, /Try again later/],
  ])("stops the export if our own server says %i", async (status, message) => {
    const { read } = setUp([{ until: 300 }, { status }]);
    await expect(read()).rejects.toMatchObject({
      name: "ExportStoppedError",
      message: expect.stringMatching(message),
    });
  });

  test("ends when the person cancels it", async () => {
    const { read, stop } = setUp([{ until: 1000 }]);
    await expect(read(() => stop.abort(new Error("cancelled")))).resolves.toHaveLength(1000);
    const cut = setUp([{ until: 250 }, { until: 1000 }]);
    await expect(cut.read(() => cut.stop.abort(new Error("cancelled")))).rejects.toThrow("cancelled");
  });
});
