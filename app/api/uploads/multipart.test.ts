import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { appContext, db, storages } from "@/app/_server/app-context";
import type { AppContext } from "@/lib/app-context";
import { withLargeFields } from "@/lib/fields/testing/large-fields";
import { SNIFF_BYTES } from "@/lib/inspect/sniff";
import type { Viewer } from "@/lib/permissions/viewer";
import { readAll } from "@/lib/storage/read-all";
import { completeUpload } from "@/lib/uploads/complete";
import { samplePdf } from "@/tests/support/app/documents";
import { withPrivateFault } from "@/tests/support/app/faulty-storage";
import {
  type FilePart,
  requestMultipartTicket,
  requestPartUrls,
  splitIntoParts,
  uploadParts,
} from "@/tests/support/app/parts";
import { createMember, fetchUrl, type Person, putBytes, sizeAndHashOf } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

vi.mock("@/lib/fields/fields", async (original) => withLargeFields(await original()));

const MiB = 1024 * 1024;
const SIZE = 5 * MiB;
const MOVES_MEGABYTES = { timeout: 90_000 };

let environment: TestEnvironment;
let ada: Person;
/** A document of two pages in three parts, the last of them short. */
let bytes: Buffer;
let parts: FilePart[];

beforeAll(async () => {
  environment = await createTestEnvironment();
  bytes = await samplePdf({ pages: 2, attachedBytes: 2 * SIZE + 1000 });
  parts = splitIntoParts(bytes, SIZE);
});
beforeEach(async () => {
  ada = await createMember("Ada");
});
afterAll(() => environment.drop());

const ticket = async (more: { sha256?: string; type?: string; size?: number } = {}): Promise<string> =>
  (await requestMultipartTicket(ada, { field: "bundle", size: bytes.length, ...more })).id;
const complete = (id: string) => ada.complete(id);
/** Completes an upload in lib and waits for the result, however long it takes. */
const run = ({ runInBackground: _, ...context }: AppContext, viewer: Viewer, id: string) =>
  completeUpload(context, viewer, id);
/** Runs the hook once. */
const completeOnce = (id: string) => ada.post(`/api/uploads/${id}/complete`, {});
const uploadRow = (id: string) => db().upload.findUniqueOrThrow({ where: { id } });
const look = async (id: string) => (await ada.get(`/api/uploads/${id}`)).json();

async function keys(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of storages().private.list("")) found.push(key);
  return found;
}

async function quota() {
  const { openUploads, storedBytes } = await db().user.findUniqueOrThrow({ where: { id: ada.id } });
  return { openUploads, storedBytes };
}

/** Expects no multipart upload and no quarantine object in the store. */
async function expectClean(id: string): Promise<void> {
  const { key, multipartId } = await uploadRow(id);
  // A slow completion deletes them after the response.
  await expect.poll(() => storages().private.stat(key)).toBeNull();
  await expect.poll(() => storages().private.listParts(key, multipartId ?? "")).toBeNull();
  expect(await db().uploadPart.count({ where: { uploadId: id } })).toBe(0);
}

/** Uploads other bytes than declared for a part, signed so that the store accepts them. */
async function smuggle(id: string, { number, bytes }: Pick<FilePart, "number" | "bytes">): Promise<void> {
  const { key, multipartId } = await uploadRow(id);
  const upload = await storages().private.signPart(key, {
    multipartId: multipartId ?? "",
    number,
    ...sizeAndHashOf(bytes),
    expiresIn: 60,
  });
  expect((await putBytes({ upload }, bytes)).status).toBe(200);
}

function changed(part: FilePart): FilePart {
  const other = Buffer.from(part.bytes);
  other.writeUInt8(other.readUInt8(100) ^ 1, 100);
  return { ...part, bytes: other };
}

function part(number: number): FilePart {
  const found = parts[number - 1];
  if (!found) throw new Error(`There is no part ${number}.`);
  return found;
}

describe("completing a multipart upload", MOVES_MEGABYTES, () => {
  test("creates a file with the SHA-256 of all bytes", async () => {
    const id = await ticket();
    for (const each of parts.toReversed()) await uploadParts(ada, id, [each]);
    const response = await complete(id);
    expect(response.status).toBe(200);
    const { file } = await response.json();
    expect(file).toMatchObject({ field: "bundle", status: "stored", pages: 2, ...sizeAndHashOf(bytes) });
    await expectClean(id);
    expect(await quota()).toEqual({ openUploads: 0, storedBytes: BigInt(bytes.length) });
    const handed = await ada.get(`/api/files/${file.id}/content?intent=download`);
    const content = await fetchUrl(handed.headers.get("location"));
    expect(Buffer.from(await content.arrayBuffer()).equals(bytes)).toBe(true);
    expect(await look(id)).toMatchObject({ state: "completed", file: { id: file.id } });
    expect(await (await complete(id)).json()).toEqual({ id, state: "completed", file });
  });

  test("gets 409 while parts are missing and keeps the received ones", async () => {
    const id = await ticket();
    const tooEarly = async () => {
      const early = await complete(id);
      expect(early.status).toBe(409);
      expect((await early.json()).code).toBe("not_uploaded");
      expect((await uploadRow(id)).state).toBe("issued");
    };
    await tooEarly();
    await uploadParts(ada, id, [part(1), part(3)]);
    await tooEarly();
    expect((await look(id)).received.map(({ number }: { number: number }) => number)).toEqual([1, 3]);
    await uploadParts(ada, id, [part(2)]);
    expect((await complete(id)).status).toBe(200);
  });

  test("treats a part of another length as missing", async () => {
    const id = await ticket();
    await uploadParts(ada, id, parts);
    await smuggle(id, { number: 2, bytes: part(2).bytes.subarray(1) });
    expect((await look(id)).received.map(({ number }: { number: number }) => number)).toEqual([1, 3]);
    expect((await (await complete(id)).json()).code).toBe("not_uploaded");
    expect((await uploadRow(id)).state).toBe("issued");
    await uploadParts(ada, id, [part(2)]);
    expect((await complete(id)).status).toBe(200);
  });

  test("creates one file for concurrent requests", async () => {
    const id = await ticket();
    await uploadParts(ada, id, parts);
    const responses = await Promise.all(Array.from({ length: 4 }, () => completeOnce(id)));
    for (const { status } of responses) expect([200, 202]).toContain(status);
    expect((await complete(id)).status).toBe(200);
    expect(await db().file.count({ where: { ownerId: ada.id } })).toBe(1);
    expect(await quota()).toEqual({ openUploads: 0, storedBytes: BigInt(bytes.length) });
  });

  test("gets 202 while it runs, and no part or abort is accepted", async () => {
    const id = await ticket();
    await uploadParts(ada, id, parts);
    const meanwhile: number[] = [];
    const slow = {
      ...appContext(),
      onCrashPoint: async (step: string) => {
        if (step !== "complete.assembled") return;
        const waiting = await completeOnce(id);
        meanwhile.push(waiting.status);
        expect(waiting.headers.get("location")).toBe(`/api/uploads/${id}`);
        meanwhile.push((await requestPartUrls(ada, id, [part(1)])).status);
        meanwhile.push((await ada.request("DELETE", `/api/uploads/${id}`)).status);
        expect(await look(id)).not.toHaveProperty("received");
      },
    };
    expect(await run(slow, ada.viewer, id)).toMatchObject({ state: "completed" });
    expect(meanwhile).toEqual([202, 409, 409]);
  });
});

describe("a multipart upload that the store accepted", MOVES_MEGABYTES, () => {
  test("is rejected if a part has other bytes than declared", async () => {
    const before = await keys();
    const id = await ticket();
    await uploadParts(ada, id, parts);
    await smuggle(id, changed(part(2)));
    const refused = await complete(id);
    expect(refused.status).toBe(422);
    const problem = await refused.json();
    expect(problem.code).toBe("content_mismatch");
    expect(await (await complete(id)).json()).toEqual(problem);
    expect(await keys()).toEqual(before);
    await expectClean(id);
    expect(await quota()).toEqual({ openUploads: 0, storedBytes: 0n });
  });

  test("is rejected if two parts are swapped", async () => {
    // The first part stays, so the file still starts like a PDF.
    const bytes = Buffer.concat([1, 2, 3].map((content) => Buffer.alloc(SIZE, content)));
    bytes.write("%PDF-1.7\n");
    const [first, second, third] = splitIntoParts(bytes, SIZE);
    if (!first || !second || !third) throw new Error("There are not three parts.");
    const id = await ticket({ size: bytes.length });
    await uploadParts(ada, id, [first, second, third]);
    await smuggle(id, { number: 2, bytes: third.bytes });
    await smuggle(id, { number: 3, bytes: second.bytes });
    expect((await (await complete(id)).json()).code).toBe("content_mismatch");
  });

  test("is rejected if the total SHA-256 differs", async () => {
    const id = await ticket({ sha256: sizeAndHashOf(changed(part(1)).bytes).sha256 });
    await uploadParts(ada, id, parts);
    expect((await (await complete(id)).json()).code).toBe("content_mismatch");
    await expectClean(id);
  });

  test("is rejected if only the SHA-256 of a part differs", async () => {
    const id = await ticket({ sha256: sizeAndHashOf(bytes).sha256 });
    await uploadParts(ada, id, [
      part(1),
      changed({ ...part(2), ...sizeAndHashOf(changed(part(2)).bytes) }),
      part(3),
    ]);
    await smuggle(id, part(2));
    expect((await (await complete(id)).json()).code).toBe("content_mismatch");
  });

  test("is rejected if it has another type than declared", async () => {
    const page = Buffer.alloc(SIZE + 10, "<html><script>alert(1)</script></html>");
    const id = await ticket({ size: page.length });
    await uploadParts(ada, id, splitIntoParts(page, SIZE));
    expect((await (await complete(id)).json()).code).toBe("content_mismatch");
    await expectClean(id);
  });

  test("is rejected if the store returns another number of bytes", async () => {
    const real = storages().private;
    for (const handedOut of [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.from(" ")])]) {
      const id = await ticket();
      await uploadParts(ada, id, parts);
      const lying = withPrivateFault(appContext(), {
        stat: async (key) => ((await real.stat(key)) ? { size: bytes.length, modifiedAt: new Date() } : null),
        forEachChunk: async (_, take) => take(handedOut),
      });
      await expect(run(lying, ada.viewer, id)).rejects.toThrow("content_mismatch");
    }
  });

  test("is not read if a part was never declared", async () => {
    const id = await ticket();
    await uploadParts(ada, id, parts);
    await db().uploadPart.deleteMany({ where: { uploadId: id, number: 2 } });
    expect((await (await complete(id)).json()).code).toBe("not_uploaded");
    expect((await uploadRow(id)).state).toBe("issued");
  });
});

describe("a crashed completion", MOVES_MEGABYTES, () => {
  test.each(["complete.started", "complete.assembled", "complete.promoted"])(
    "at %s can be repeated",
    async (fatal) => {
      const id = await ticket();
      await uploadParts(ada, id, parts);
      const dying = {
        ...appContext(),
        onCrashPoint: async (step: string) => {
          if (step === fatal) throw new Error("killed");
        },
      };
      await expect(run(dying, ada.viewer, id)).rejects.toThrow("killed");
      await db().upload.updateMany({
        where: { id, state: "inspecting" },
        data: { inspectingUntil: new Date(Date.now() - 1) },
      });
      expect((await complete(id)).status).toBe(200);
      await expectClean(id);
    },
  );

  test("after assembly leaves an upload that accepts no more parts", async () => {
    const id = await ticket();
    await uploadParts(ada, id, parts);
    const { key, multipartId } = await uploadRow(id);
    const joined = parts.map(({ number, size }) => ({ number, size }));
    await storages().private.completeMultipartUpload(key, multipartId ?? "", joined);
    expect((await look(id)).received).toEqual(joined);
    const again = await requestPartUrls(ada, id, [part(1)]);
    expect(again.status).toBe(409);
    expect((await complete(id)).status).toBe(200);
    await expectClean(id);
  });

  test("after assembly leaves an upload that can be aborted", async () => {
    const id = await ticket();
    await uploadParts(ada, id, parts);
    const { key, multipartId } = await uploadRow(id);
    const joined = parts.map(({ number, size }) => ({ number, size }));
    await storages().private.completeMultipartUpload(key, multipartId ?? "", joined);
    expect((await ada.request("DELETE", `/api/uploads/${id}`)).status).toBe(204);
    await expectClean(id);
  });

  test("gets 409 if the store has lost the parts", async () => {
    const id = await ticket();
    await uploadParts(ada, id, parts);
    const { key, multipartId } = await uploadRow(id);
    const losing = {
      ...appContext(),
      onCrashPoint: async () => storages().private.abortMultipartUpload(key, multipartId ?? ""),
    };
    await expect(run(losing, ada.viewer, id)).rejects.toThrow("not_uploaded");
    expect((await uploadRow(id)).state).toBe("issued");
    await uploadParts(ada, id, parts);
    expect((await complete(id)).status).toBe(200);
  });
});

describe("a document over 32 MiB", MOVES_MEGABYTES, () => {
  /** Starts like a PDF; the rest is not parsed. */
  const large = Buffer.alloc(33 * MiB, "%PDF-1.7\n");

  test("is read for size, hashes and type, and not parsed", async () => {
    const id = await ticket({ size: large.length });
    await uploadParts(ada, id, splitIntoParts(large, SIZE));
    const response = await complete(id);
    expect(response.status).toBe(200);
    const { file } = await response.json();
    expect(file).toMatchObject(sizeAndHashOf(large));
    expect(file).not.toHaveProperty("pages");
  });

  test("is read only for its type if the store returns the SHA-256", async () => {
    const announced = sizeAndHashOf(large);
    const id = await ticket(announced);
    await uploadParts(ada, id, splitIntoParts(large, SIZE));
    const ranges: unknown[] = [];
    const drained: string[] = [];
    const real = storages().private;
    const vouching = (sha256: string) =>
      withPrivateFault(appContext(), {
        stat: async (key) => {
          const stat = await real.stat(key);
          return stat && { ...stat, sha256 };
        },
        read: async (key, range) => {
          ranges.push(range);
          return real.read(key, range);
        },
        forEachChunk: async (key) => {
          drained.push(key);
        },
      });
    expect(await run(vouching(announced.sha256), ada.viewer, id)).toMatchObject({
      file: announced,
    });
    expect(ranges).toEqual([{ start: 0, end: SNIFF_BYTES - 1 }]);
    expect(drained).toEqual([]);
    const other = await ticket(announced);
    await uploadParts(ada, other, splitIntoParts(large, SIZE));
    const otherHash = sizeAndHashOf(Buffer.from("other")).sha256;
    await expect(run(vouching(otherHash), ada.viewer, other)).rejects.toThrow("content_mismatch");
    const page = Buffer.alloc(large.length, "<html><script>alert(1)</script></html>");
    const dressed = await ticket(sizeAndHashOf(page));
    await uploadParts(ada, dressed, splitIntoParts(page, SIZE));
    await expect(run(vouching(sizeAndHashOf(page).sha256), ada.viewer, dressed)).rejects.toThrow(
      "content_mismatch",
    );
  });

  test("is read completely if only its parts were declared", async () => {
    const id = await ticket({ size: large.length });
    await uploadParts(ada, id, splitIntoParts(large, SIZE));
    const real = storages().private;
    const drain = vi.fn(async (key: string, take: (bytes: Buffer) => void) => {
      const bytes = await readAll(await real.read(key));
      bytes.writeUInt8(0, bytes.length - 1);
      take(bytes);
    });
    const vouching = withPrivateFault(appContext(), {
      stat: async (key) => {
        const stat = await real.stat(key);
        return stat && { ...stat, sha256: sizeAndHashOf(large).sha256 };
      },
      forEachChunk: drain,
    });
    await expect(run(vouching, ada.viewer, id)).rejects.toThrow("content_mismatch");
    expect(drain).toHaveBeenCalledOnce();
  });
});
