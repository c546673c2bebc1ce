import { describe, expect, test } from "vitest";
import type { ApiResponse } from "../call-api";
import { FileChangedError } from "./sha256";
import { flushPromises } from "./testing/fake-time";
import {
  announcedPartNumbers,
  fakeServer,
  issued,
  issuedResponse,
  LAYOUT,
  type PartsRequest,
  RECORD,
  REQUEST_PARTS,
  respondToPuts,
  sentPartNumbers,
  signedPartsResponse,
  signedUrlCount,
  startSending,
  startUpload,
} from "./testing/multipart";
import {
  ABORT_UPLOAD,
  apiResponse,
  COMPLETE_UPLOAD,
  CREATE_TICKET,
  GET_UPLOAD,
  problemResponse,
} from "./testing/responses";
import { Upload } from "./upload";

describe("a multipart upload", () => {
  test("announces no hash of the file and sends four parts concurrently", async () => {
    const { upload, transport } = await startSending();
    expect(transport.calls[0]?.body).toEqual({
      field: "contract",
      name: "contract.pdf",
      type: "application/pdf",
      size: 1050,
      owner: "ada",
    });
    expect(sentPartNumbers(transport)).toEqual([1, 2, 3, 4]);
    transport.puts[2]?.respond(200);
    await flushPromises();
    expect(sentPartNumbers(transport)).toEqual([1, 2, 3, 4, 5]);
    await respondToPuts(transport);
    expect(sentPartNumbers(transport)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(transport.puts.map(({ size }) => size)).toEqual([...Array(10).fill(100), 50]);
    expect(upload.state).toEqual({ name: "done", fileId: "f1" });
  });

  test("hashes and announces parts in small batches, one batch ahead", async () => {
    const { transport } = await startSending();
    expect(announcedPartNumbers(transport).flat()).toEqual(
      Array.from({ length: 11 }, (_, index) => index + 1),
    );
    expect(announcedPartNumbers(transport).at(-1)).toEqual([5, 6, 7, 8, 9, 10, 11]);
    const last = transport.calls.findLast(({ line }) => line === REQUEST_PARTS)?.body as PartsRequest;
    expect(last.parts.at(-1)).toEqual({ number: 11, size: 50, sha256: "c2hh" });
  });

  test("sends a part as soon as it is hashed and awaited", async () => {
    const pendingHashes: (() => void)[] = [];
    const sha256 = () => new Promise<string>((resolve) => pendingHashes.push(() => resolve("c2hh")));
    const { transport } = startUpload(fakeServer(), { sha256 });
    const hashParts = async (count: number) => {
      for (let index = 0; index < count; index += 1) {
        await flushPromises();
        pendingHashes.shift()?.();
        await flushPromises();
      }
    };
    await hashParts(1);
    expect(sentPartNumbers(transport)).toEqual([1]);
    await hashParts(4);
    expect(sentPartNumbers(transport)).toEqual([1, 2, 3, 4]);
    await hashParts(1);
    transport.puts[0]?.respond(200);
    await flushPromises();
    expect(sentPartNumbers(transport)).toEqual([1, 2, 3, 4, 5]);
    await hashParts(3);
    const announced = announcedPartNumbers(transport);
    expect(announced, "no transfer awaits part 7").toEqual([[1], [2], [3], [4], [5, 6]]);
    await hashParts(2);
    expect(announcedPartNumbers(transport).at(-1)).toEqual([7, 8, 9, 10, 11]);
    await respondToPuts(transport, 1);
    expect(sentPartNumbers(transport)).toHaveLength(11);
  });

  test("announces parts in one request at a time", async () => {
    let respond = (_: ApiResponse) => {};
    const late = new Promise<ApiResponse>((resolve) => {
      respond = resolve;
    });
    const { transport } = startUpload(fakeServer().on(REQUEST_PARTS, late, signedPartsResponse));
    await flushPromises();
    expect(announcedPartNumbers(transport)).toEqual([[1]]);
    respond(signedPartsResponse({ parts: [{ number: 1 }] }));
    await flushPromises();
    expect(announcedPartNumbers(transport).slice(0, 2)).toEqual([[1], [2, 3, 4]]);
    expect(sentPartNumbers(transport)).toEqual([1, 2, 3, 4]);
  });

  test("reports the sent bytes of all parts and the seconds left", async () => {
    const { upload, transport, time } = await startSending();
    await time.advance(1000);
    for (const { progress } of transport.puts) progress(50);
    expect(upload.state).toMatchObject({ name: "sending", sent: 200, secondsLeft: 4.25 });
    transport.puts[0]?.respond(200);
    await flushPromises();
    expect(upload.state).toMatchObject({ sent: 250 });
  });

  test("keeps a record until it is completed", async () => {
    const { transport, savedRecords } = await startSending();
    expect([...savedRecords.values()]).toEqual([RECORD]);
    await respondToPuts(transport);
    expect(savedRecords.size).toBe(0);
  });
});

describe("a part that fails", () => {
  test("is retried by itself after a delay while other parts continue", async () => {
    const { upload, transport, time } = await startSending();
    transport.puts[1]?.respond(0);
    await flushPromises();
    for (const index of [0, 2, 3]) transport.puts[index]?.respond(200);
    await flushPromises();
    expect(sentPartNumbers(transport)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(upload.state, "the upload does not report one part").not.toMatchObject({ stall: "retrying" });
    await time.advance(1000);
    expect(sentPartNumbers(transport)).toEqual([1, 2, 3, 4, 5, 6, 7, 2]);
    await respondToPuts(transport, 4);
    expect(sentPartNumbers(transport).filter((number) => number === 2)).toHaveLength(2);
    expect(sentPartNumbers(transport)).toHaveLength(12);
    expect(upload.state.name).toBe("done");
  });

  test("fails the upload after six attempts and keeps the other parts", async () => {
    const { upload, transport, time, savedRecords } = await startSending();
    transport.on(GET_UPLOAD, issuedResponse(1, 3, 4));
    for (const index of [0, 2, 3]) transport.puts[index]?.respond(200);
    await flushPromises();
    for (let attempts = 0; attempts < 6; attempts += 1) {
      const second = transport.puts.findLast(({ request }) => request.url.includes("partNumber=2&"));
      second?.respond(503);
      await time.advance(15_000);
    }
    expect(upload.state.name).toBe("failed");
    expect(savedRecords.has("u1")).toBe(true);
    const before = transport.puts.length;
    expect(
      transport.puts.slice(4, 7).every(({ isAborted }) => isAborted),
      "the other PUTs are aborted",
    ).toBe(true);
    upload.retry();
    await flushPromises();
    expect(sentPartNumbers(transport).slice(before)).toEqual([2, 5, 6, 7]);
    await respondToPuts(transport, before);
    expect(upload.state.name).toBe("done");
    expect(transport.requestLines().filter((line) => line === CREATE_TICKET)).toHaveLength(1);
  });

  // AWS answers 400 for a slow connection, or after the signing credentials have expired.
  test.each([403, 400, 401])("gets a new URL if the store refuses the old one (%i)", async (status) => {
    const { upload, transport } = await startSending();
    transport.puts[0]?.respond(200);
    transport.puts[1]?.respond(status);
    await flushPromises();
    const urls = transport.puts.map(({ request }) => request.url);
    expect(announcedPartNumbers(transport).at(-1)).toEqual([2]);
    expect(sentPartNumbers(transport).slice(4)).toEqual(expect.arrayContaining([2, 5]));
    expect(new Set(urls).size).toBe(urls.length);
    await respondToPuts(transport, 2);
    expect(sentPartNumbers(transport).filter((number) => number === 1)).toHaveLength(1);
    expect(upload.state.name).toBe("done");
  });

  test("is not sent to a URL older than ten minutes", async () => {
    const { transport, time } = await startSending();
    for (const minute of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) {
      // Slow, but not stalled.
      for (const { progress } of transport.puts) progress(2 * minute);
      await time.advance(30_000);
      for (const { progress } of transport.puts) progress(2 * minute + 1);
      await time.advance(30_000);
    }
    transport.puts[0]?.respond(200);
    await flushPromises();
    expect(announcedPartNumbers(transport).at(-1)).toEqual([5]);
    expect(sentPartNumbers(transport).at(-1)).toBe(5);
  });

  test("gets a new URL if the old one aged in the queue", async () => {
    const otherIssued = apiResponse(201, { id: "u2", state: "issued", parts: LAYOUT });
    const transport = fakeServer()
      .on(CREATE_TICKET, issued, otherIssued)
      .on("POST /api/uploads/u2/parts", signedPartsResponse);
    const { upload, context, time } = await startSending(transport);
    new Upload(upload.request, { ...context, acquireUploadSlot: async () => () => {} });
    await flushPromises();
    expect(transport.puts, "the first file uses all slots").toHaveLength(4);
    const countRequests = () =>
      transport.requestLines().filter((line) => line === "POST /api/uploads/u2/parts").length;
    const before = countRequests();
    for (const half of Array.from({ length: 22 }, (_, index) => index + 1)) {
      for (const { progress } of transport.puts) progress(half);
      await time.advance(30_000);
    }
    const newest = signedUrlCount;
    transport.puts[0]?.respond(200);
    await flushPromises();
    expect(countRequests()).toBe(before + 1);
    expect(transport.currentPut.request.url).toBe(`https://store/q?partNumber=1&signed=${newest + 1}`);
  });

  test.each([403, 400])("fails the upload if the store refuses every URL (%i)", async (status) => {
    const { upload, transport, savedRecords } = await startSending();
    for (let refusals = 0; refusals < 4; refusals += 1) {
      const first = transport.puts.findLast(({ request }) => request.url.includes("partNumber=1&"));
      first?.respond(status);
      await flushPromises();
    }
    expect(upload.state).toMatchObject({ name: "failed", problem: { code: "unavailable" } });
    expect(transport.requestLines(), "the received parts stay").not.toContain(ABORT_UPLOAD);
    expect(savedRecords.has("u1")).toBe(true);
  });

  test("counts as sent if the store has it (412)", async () => {
    const { upload, transport } = await startSending();
    transport.puts[0]?.respond(412);
    await flushPromises();
    await respondToPuts(transport, 1);
    expect(sentPartNumbers(transport)).toHaveLength(11);
    expect(upload.state.name).toBe("done");
  });

  test("aborts the ticket if the completion finds different content", async () => {
    const { upload, transport, savedRecords } = await startSending(
      fakeServer().on(COMPLETE_UPLOAD, problemResponse(422, "content_mismatch")),
    );
    await respondToPuts(transport);
    expect(upload.state).toMatchObject({ name: "refused", problem: { code: "content_mismatch" } });
    expect(transport.requestLines().at(-1)).toBe(ABORT_UPLOAD);
    expect(savedRecords.size).toBe(0);
  });
});

test("an upload keeps its received parts if the file becomes unreadable", async () => {
  let hashes = 0;
  const sha256 = async () => {
    hashes += 1;
    if (hashes > 4) throw new FileChangedError();
    return "c2hh";
  };
  const { upload, transport, savedRecords, lockedIds } = await startSending(fakeServer(), { sha256 });
  transport.puts[0]?.respond(200);
  await flushPromises();
  expect(upload.state).toMatchObject({ name: "refused", problem: { code: "file_changed" } });
  expect(transport.requestLines()).not.toContain(ABORT_UPLOAD);
  expect([...savedRecords.values()]).toEqual([RECORD]);
  expect([...lockedIds], "a new choice can resume it").toEqual([]);
});
