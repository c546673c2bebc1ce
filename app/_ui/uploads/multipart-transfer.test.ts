import { describe, expect, test } from "vitest";
import type { ApiResponse } from "../call-api";
import { FileChangedError } from "./sha256";
import { COMPLETE_UPLOAD, ABORT_UPLOAD, GET_UPLOAD, apiResponse, problemResponse, CREATE_TICKET } from "./testing/responses";
import { flushPromises } from "./testing/fake-time";
import {
  REQUEST_PARTS,
  type PartsRequest,
  signedPartsResponse,
  announcedPartNumbers,
  answerPuts,
  startUpload,
  LAYOUT,
  issued,
  issuedResponse,
  sentPartNumbers,
  RECORD,
  startSending,
  fakeServer,
  signedUrlCount,
} from "./testing/multipart";
import { Upload } from "./upload";

describe("a file above the size of a part", () => {
  test("is announced without a hash of the whole, and leaves part by part, four at a time", async () => {
    const { upload, transport } = await startSending();
    expect(transport.calls[0]?.body).toEqual({
      field: "contract",
      name: "contract.pdf",
      type: "application/pdf",
      size: 1050,
      owner: "ada",
    });
    expect(sentPartNumbers(transport)).toEqual([1, 2, 3, 4]);
    transport.puts[2]?.answer(200);
    await flushPromises();
    expect(sentPartNumbers(transport)).toEqual([1, 2, 3, 4, 5]);
    await answerPuts(transport);
    expect(sentPartNumbers(transport)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(transport.puts.map(({ size }) => size)).toEqual([...Array(10).fill(100), 50]);
    expect(upload.state).toEqual({ name: "done", fileId: "f1" });
  });

  test("has each part hashed and announced in small batches, the next one while the present one leaves", async () => {
    const { transport } = await startSending();
    expect(announcedPartNumbers(transport).flat()).toEqual(Array.from({ length: 11 }, (_, index) => index + 1));
    expect(announcedPartNumbers(transport).at(-1)).toEqual([5, 6, 7, 8, 9, 10, 11]);
    const last = transport.calls.findLast(({ line }) => line === REQUEST_PARTS)?.body as PartsRequest;
    expect(last.parts.at(-1)).toEqual({ number: 11, size: 50, sha256: "c2hh" });
  });

  test("goes out as soon as its first part is hashed; where the line waits, no part waits for the hashes of those after it", async () => {
    const hash: (() => void)[] = [];
    const sha256 = () => new Promise<string>((resolve) => hash.push(() => resolve("c2hh")));
    const { transport } = startUpload(fakeServer(), { sha256 });
    const hashed = async (parts: number) => {
      for (let index = 0; index < parts; index += 1) {
        await flushPromises();
        hash.shift()?.();
        await flushPromises();
      }
    };
    await hashed(1);
    expect(sentPartNumbers(transport)).toEqual([1]);
    await hashed(4);
    expect(sentPartNumbers(transport)).toEqual([1, 2, 3, 4]);
    await hashed(1);
    transport.puts[0]?.answer(200);
    await flushPromises();
    expect(sentPartNumbers(transport)).toEqual([1, 2, 3, 4, 5]);
    await hashed(3);
    expect(announcedPartNumbers(transport), "nobody needs those yet").toEqual([[1], [2], [3], [4], [5, 6]]);
    await hashed(2);
    expect(announcedPartNumbers(transport).at(-1)).toEqual([7, 8, 9, 10, 11]);
    await answerPuts(transport, 1);
    expect(sentPartNumbers(transport)).toHaveLength(11);
  });

  test("is announced in one request at a time, so that the store is told once that it begins", async () => {
    let give = (_: ApiResponse) => {};
    const late = new Promise<ApiResponse>((resolve) => {
      give = resolve;
    });
    const { transport } = startUpload(fakeServer().on(REQUEST_PARTS, late, signedPartsResponse));
    await flushPromises();
    expect(announcedPartNumbers(transport)).toEqual([[1]]);
    give(signedPartsResponse({ parts: [{ number: 1 }] }));
    await flushPromises();
    expect(announcedPartNumbers(transport).slice(0, 2)).toEqual([[1], [2, 3, 4]]);
    expect(sentPartNumbers(transport)).toEqual([1, 2, 3, 4]);
  });

  test("tells the bytes of all its parts together, and how long the rest will take", async () => {
    const { upload, transport, time } = await startSending();
    await time.advance(1000);
    for (const { progress } of transport.puts) progress(50);
    expect(upload.state).toMatchObject({ name: "sending", sent: 200, secondsLeft: 4.25 });
    transport.puts[0]?.answer(200);
    await flushPromises();
    expect(upload.state).toMatchObject({ sent: 250 });
  });

  test("is remembered by name and size while it is under way, and forgotten when it is in", async () => {
    const { transport, remembered } = await startSending();
    expect([...remembered.values()]).toEqual([RECORD]);
    await answerPuts(transport);
    expect(remembered.size).toBe(0);
  });
});

describe("a part that does not get through", () => {
  test("is tried again by itself, after a pause, while the others go on", async () => {
    const { upload, transport, time } = await startSending();
    transport.puts[1]?.answer(0);
    await flushPromises();
    for (const index of [0, 2, 3]) transport.puts[index]?.answer(200);
    await flushPromises();
    expect(sentPartNumbers(transport)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(upload.state, "nobody is told of one part").not.toMatchObject({ stall: "retrying" });
    await time.advance(1000);
    expect(sentPartNumbers(transport)).toEqual([1, 2, 3, 4, 5, 6, 7, 2]);
    await answerPuts(transport, 4);
    expect(sentPartNumbers(transport).filter((number) => number === 2)).toHaveLength(2);
    expect(sentPartNumbers(transport)).toHaveLength(12);
    expect(upload.state.name).toBe("done");
  });

  test("after many tries ends the upload with what has arrived kept: the next try sends only what is missing", async () => {
    const { upload, transport, time, remembered } = await startSending();
    transport.on(GET_UPLOAD, issuedResponse(1, 3, 4));
    for (const index of [0, 2, 3]) transport.puts[index]?.answer(200);
    await flushPromises();
    for (let tried = 0; tried < 6; tried += 1) {
      const second = transport.puts.findLast(({ request }) => request.url.includes("partNumber=2&"));
      second?.answer(503);
      await time.advance(15_000);
    }
    expect(upload.state.name).toBe("failed");
    expect(remembered.has("u1")).toBe(true);
    const before = transport.puts.length;
    expect(
      transport.puts.slice(4, 7).every(({ isAborted: stopped }) => stopped),
      "nothing leaves any more",
    ).toBe(true);
    upload.retry();
    await flushPromises();
    expect(sentPartNumbers(transport).slice(before)).toEqual([2, 5, 6, 7]);
    await answerPuts(transport, before);
    expect(upload.state.name).toBe("done");
    expect(transport.requestLines().filter((line) => line === CREATE_TICKET)).toHaveLength(1);
  });

  // 400 is what AWS answers where the line was slow, or the credentials that signed have run out.
  test.each([403, 400, 401])(
    "at an address that the store refuses (%i) gets another one, and the finished parts stay finished",
    async (status) => {
      const { upload, transport } = await startSending();
      transport.puts[0]?.answer(200);
      transport.puts[1]?.answer(status);
      await flushPromises();
      const urls = transport.puts.map(({ request }) => request.url);
      expect(announcedPartNumbers(transport).at(-1)).toEqual([2]);
      expect(sentPartNumbers(transport).slice(4)).toEqual(expect.arrayContaining([2, 5]));
      expect(new Set(urls).size).toBe(urls.length);
      await answerPuts(transport, 2);
      expect(sentPartNumbers(transport).filter((number) => number === 1)).toHaveLength(1);
      expect(upload.state.name).toBe("done");
    },
  );

  test("whose address has lain for ten minutes is not sent there at all", async () => {
    const { transport, time } = await startSending();
    for (const minute of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) {
      // Slow, but alive.
      for (const { progress } of transport.puts) progress(2 * minute);
      await time.advance(30_000);
      for (const { progress } of transport.puts) progress(2 * minute + 1);
      await time.advance(30_000);
    }
    transport.puts[0]?.answer(200);
    await flushPromises();
    expect(announcedPartNumbers(transport).at(-1)).toEqual([5]);
    expect(sentPartNumbers(transport).at(-1)).toBe(5);
  });

  test("whose turn comes when its address has lain for ten minutes is not sent there either", async () => {
    const transport = fakeServer().on(CREATE_TICKET, issued, apiResponse(201, { id: "u2", state: "issued", parts: LAYOUT }));
    const { upload, tools, time } = await startSending(transport.on("POST /api/uploads/u2/parts", signedPartsResponse));
    new Upload(upload.request, { ...tools, acquireUploadSlot: async () => () => {} });
    await flushPromises();
    expect(transport.puts, "the first file has all lanes").toHaveLength(4);
    const asked = () => transport.requestLines().filter((line) => line === "POST /api/uploads/u2/parts").length;
    const before = asked();
    for (const half of Array.from({ length: 22 }, (_, index) => index + 1)) {
      for (const { progress } of transport.puts) progress(half);
      await time.advance(30_000);
    }
    const newest = signedUrlCount;
    transport.puts[0]?.answer(200);
    await flushPromises();
    expect(asked()).toBe(before + 1);
    expect(transport.currentPut.request.url).toBe(`https://store/q?partNumber=1&signed=${newest + 1}`);
  });

  test.each([403, 400])("is not asked for for ever where every address is refused (%i)", async (status) => {
    const { upload, transport, remembered } = await startSending();
    for (let refused = 0; refused < 4; refused += 1) {
      const first = transport.puts.findLast(({ request }) => request.url.includes("partNumber=1&"));
      first?.answer(status);
      await flushPromises();
    }
    expect(upload.state).toMatchObject({ name: "failed", problem: { code: "unavailable" } });
    expect(transport.requestLines(), "what has arrived stays").not.toContain(ABORT_UPLOAD);
    expect(remembered.has("u1")).toBe(true);
  });

  test("that the store has already counts as sent", async () => {
    const { upload, transport } = await startSending();
    transport.puts[0]?.answer(412);
    await flushPromises();
    await answerPuts(transport, 1);
    expect(sentPartNumbers(transport)).toHaveLength(11);
    expect(upload.state.name).toBe("done");
  });

  test("and is not what was announced is what our own answer alone can say: then nothing of it is kept", async () => {
    const { upload, transport, remembered } = await startSending(
      fakeServer().on(COMPLETE_UPLOAD, problemResponse(422, "content_mismatch")),
    );
    await answerPuts(transport);
    expect(upload.state).toMatchObject({ name: "refused", problem: { code: "content_mismatch" } });
    expect(transport.requestLines().at(-1)).toBe(ABORT_UPLOAD);
    expect(remembered.size).toBe(0);
  });
});

test("a file that cannot be read any more asks for another choice, and what has arrived waits for it", async () => {
  let hashed = 0;
  const sha256 = async () => {
    hashed += 1;
    if (hashed > 4) throw new FileChangedError();
    return "c2hh";
  };
  const { upload, transport, remembered, held } = await startSending(fakeServer(), { sha256 });
  transport.puts[0]?.answer(200);
  await flushPromises();
  expect(upload.state).toMatchObject({ name: "refused", problem: { code: "file_changed" } });
  expect(transport.requestLines()).not.toContain(ABORT_UPLOAD);
  expect([...remembered.values()]).toEqual([RECORD]);
  expect([...held], "whoever chooses it again goes on").toEqual([]);
});
