import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { appContext, db, storages } from "@/app/_server/app-context";
import { withLargeFields } from "@/lib/fields/testing/large-fields";
import { issueTicket, type MultipartTicket } from "@/lib/uploads/issue";
import { signUploadParts } from "@/lib/uploads/sign-parts";
import { runFrequentWork } from "@/lib/uploads/sweep";
import { storeCapabilitiesFromEnv } from "@/tests/stores/test-store";
import { withPrivateFault } from "@/tests/support/app/faulty-storage";
import {
  type FilePart,
  getPartUrls,
  requestMultipartTicket,
  requestPartUrls,
  splitIntoParts,
  uploadParts,
} from "@/tests/support/app/parts";
import { createMember, type Person, putBytes, sizeAndHashOf } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

vi.mock("@/lib/fields/fields", async (original) => withLargeFields(await original()));

const MiB = 1024 * 1024;
const SIZE = 5 * MiB;
/** Three parts; the last one is shorter. */
const BYTES = Buffer.alloc(2 * SIZE + 1000, "%PDF-1.7 ");
const [FIRST, SECOND, LAST] = splitIntoParts(BYTES, SIZE) as [FilePart, FilePart, FilePart];
const SHA256 = `${"A".repeat(43)}=`;

let environment: TestEnvironment;
let ada: Person;

beforeAll(async () => {
  environment = await createTestEnvironment({
    QUOTA_OPEN_UPLOADS: "3",
    QUOTA_BYTES: String(3 * BYTES.length - 1),
  });
});
beforeEach(async () => {
  ada = await createMember("Ada");
});
afterAll(() => environment.drop());

const ticket = (more: { sha256?: string } = {}): Promise<MultipartTicket> =>
  requestMultipartTicket(ada, { field: "bundle", size: BYTES.length, ...more });
const uploadRow = (id: string) => db().upload.findUniqueOrThrow({ where: { id } });
const look = async (id: string) => (await ada.get(`/api/uploads/${id}`)).json();

async function unfinished(id: string): Promise<string[]> {
  const found: string[] = [];
  const { key } = await uploadRow(id);
  for await (const { multipartId } of storages().private.listMultipartUploads(key)) found.push(multipartId);
  return found;
}

async function problemOf(response: Response) {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  return { status: response.status, ...(await response.json()) };
}

/** A context in which a call to the store fails. */
const withoutStore = () => {
  const called = async () => {
    throw new Error("called the store");
  };
  return withPrivateFault(appContext(), {
    stat: called,
    put: called,
    copy: called,
    remove: called,
    createMultipartUpload: called,
    listParts: called,
    completeMultipartUpload: called,
    abortMultipartUpload: called,
  });
};

describe("a ticket above the field's partSize", () => {
  test("returns the part layout for a day, without calling the store", async () => {
    const request = { field: "bundle", name: "a.pdf", type: "application/pdf", size: BYTES.length };
    const response = await issueTicket(withoutStore(), ada.viewer, request, null);
    expect(response).toEqual({
      id: response.id,
      state: "issued",
      expiresAt: response.expiresAt,
      parts: { size: SIZE, count: 3 },
    });
    const left = Date.parse(response.expiresAt) - Date.now();
    expect(left).toBeGreaterThan(86_340_000);
    expect(left).toBeLessThanOrEqual(86_400_000);
    expect(await uploadRow(response.id)).toMatchObject({ partSize: SIZE, multipartId: null, sha256: null });
  });

  test("starts one byte above; a smaller file is single-part", async () => {
    const body = { field: "bundle", name: "a.pdf", type: "application/pdf", sha256: SHA256 };
    const whole = await (await ada.post("/api/uploads", { ...body, size: SIZE })).json();
    expect(whole).toHaveProperty("upload.url");
    expect(whole).not.toHaveProperty("parts");
    expect(Date.parse(whole.expiresAt) - Date.now()).toBeLessThanOrEqual(3_600_000);
    const cut = await (await ada.post("/api/uploads", { ...body, size: SIZE + 1 })).json();
    expect(cut).toMatchObject({ parts: { size: SIZE, count: 2 } });
    expect(cut).not.toHaveProperty("upload");
  });

  test("needs no SHA-256, unlike a single-part upload", async () => {
    const body = { field: "bundle", name: "a.pdf", type: "application/pdf" };
    expect((await ada.post("/api/uploads", { ...body, size: SIZE + 1 })).status).toBe(201);
    const refused = await problemOf(await ada.post("/api/uploads", { ...body, size: SIZE }));
    expect(refused).toMatchObject({ status: 422, code: "invalid", errors: [{ path: "sha256" }] });
    const hex = await problemOf(
      await ada.post("/api/uploads", { ...body, size: SIZE + 1, sha256: "ab".repeat(32) }),
    );
    expect(hex).toMatchObject({ status: 422, code: "invalid", errors: [{ path: "sha256" }] });
  });

  test("reserves quota for the file and releases it when aborted", async () => {
    const first = await ticket();
    await ticket();
    const body = { field: "bundle", name: "a.pdf", type: "application/pdf", size: BYTES.length };
    expect(await problemOf(await ada.post("/api/uploads", body))).toMatchObject({ code: "quota_exceeded" });
    expect((await ada.request("DELETE", `/api/uploads/${first.id}`)).status).toBe(204);
    await ticket();
  });

  test("is repeated for the same Idempotency-Key without the store", async () => {
    const request = { field: "bundle", name: "a.pdf", type: "application/pdf", size: BYTES.length };
    const first = await issueTicket(appContext(), ada.viewer, request, "key");
    await uploadParts(ada, first.id, [FIRST]);
    expect(await issueTicket(withoutStore(), ada.viewer, request, "key")).toEqual(first);
    await expect(
      issueTicket(appContext(), ada.viewer, { ...request, sha256: SHA256 }, "key"),
    ).rejects.toThrow("idempotency_mismatch");
    await ada.request("DELETE", `/api/uploads/${first.id}`);
    expect(await issueTicket(withoutStore(), ada.viewer, request, "key")).toMatchObject({ state: "aborted" });
  });
});

describe("a request for part URLs", () => {
  test("returns a URL for exactly the bytes of each part", async () => {
    const { id } = await ticket();
    const [first, last] = await getPartUrls(ada, id, [FIRST, LAST]);
    if (!first || !last) throw new Error("Two were asked for.");
    expect([first.number, last.number]).toEqual([1, 3]);
    expect(first.method).toBe("PUT");
    expect((await putBytes({ upload: last }, Buffer.concat([LAST.bytes, LAST.bytes]))).ok).toBe(false);
    const changed = Buffer.from(LAST.bytes).fill("x", 0, 1);
    // Stores differ here. The completion checks it with every store (multipart.test.ts).
    const comparesHashes = process.env.STORAGE === "local" || storeCapabilitiesFromEnv().enforcesPartChecksum;
    if (comparesHashes) expect((await putBytes({ upload: last }, changed)).ok).toBe(false);
    expect((await look(id)).received).toEqual([]);
    expect((await putBytes({ upload: last }, LAST.bytes)).status).toBe(200);
    expect((await putBytes({ upload: first }, FIRST.bytes)).status).toBe(200);
    expect((await look(id)).received).toEqual([
      { number: 1, size: SIZE },
      { number: 3, size: LAST.size },
    ]);
  });

  test("returns URLs valid for 15 minutes, never longer than the ticket", async () => {
    const { id } = await ticket();
    const lifeOf = async () => {
      const [part] = await getPartUrls(ada, id, [FIRST]);
      return new Date(part?.expiresAt ?? 0).getTime() - Date.now();
    };
    expect(await lifeOf()).toBeGreaterThan(890_000);
    expect(await lifeOf()).toBeLessThanOrEqual(900_000);
    await db().upload.update({ where: { id }, data: { expiresAt: new Date(Date.now() + 60_000) } });
    expect(await lifeOf()).toBeLessThanOrEqual(60_000);
    expect(await lifeOf()).toBeGreaterThan(50_000);
  });

  test.each<[string, unknown, string[]]>([
    ["a part before the first", [{ ...FIRST, number: 0 }], ["parts.0.number"]],
    ["a part behind the last", [FIRST, { ...LAST, number: 4 }], ["parts.1.number"]],
    ["a part that is too short", [{ ...FIRST, size: SIZE - 1 }], ["parts.0.size"]],
    ["a part that is too long", [{ ...SECOND, size: SIZE + 1 }], ["parts.0.size"]],
    ["a last part as long as the others", [{ ...LAST, size: SIZE }], ["parts.0.size"]],
    ["the same part twice", [FIRST, SECOND, FIRST], ["parts.2.number"]],
    [
      "several faults at once",
      [
        { ...FIRST, size: 1 },
        { ...LAST, number: 9 },
      ],
      ["parts.0.size", "parts.1.number"],
    ],
    ["a number that is none", [{ ...FIRST, number: "1" }], ["parts.0.number"]],
    ["a fraction", [{ ...FIRST, number: 1.5 }], ["parts.0.number"]],
    ["a SHA-256 in hex", [{ ...FIRST, sha256: "ab".repeat(32) }], ["parts.0.sha256"]],
    ["what is not known", [{ ...FIRST, key: "../x" }], ["parts.0.key"]],
    ["no part", [], ["parts"]],
    ["a list that is none", { number: 1 }, ["parts"]],
    [
      "more than a hundred",
      Array.from({ length: 101 }, (_, index) => ({ ...FIRST, number: index + 1 })),
      ["parts"],
    ],
  ])("rejects %s and names the path", async (_, parts, paths) => {
    const { id } = await ticket();
    const bare = Array.isArray(parts) ? parts.map(({ bytes: _, ...part }) => part) : parts;
    const problem = await problemOf(await ada.post(`/api/uploads/${id}/parts`, { parts: bare }));
    expect(problem).toMatchObject({ status: 422, code: "invalid" });
    expect(problem.errors.map(({ path }: { path: string }) => path)).toEqual(paths);
    expect(await uploadRow(id)).toMatchObject({ multipartId: null });
    expect(await db().uploadPart.count({ where: { uploadId: id } })).toBe(0);
  });

  test("is not found for other members", async () => {
    const { id } = await ticket();
    const grace = await createMember("Grace");
    expect((await requestPartUrls(grace, id, [FIRST])).status).toBe(404);
    expect(await uploadRow(id)).toMatchObject({ multipartId: null });
  });

  test("is rejected for a single-part upload", async () => {
    const body = { field: "bundle", name: "a.pdf", type: "application/pdf", ...sizeAndHashOf(LAST.bytes) };
    const { id } = await (await ada.post("/api/uploads", body)).json();
    expect(await problemOf(await requestPartUrls(ada, id, [{ ...LAST, number: 1 }]))).toMatchObject({
      status: 409,
      code: "conflict",
    });
  });

  test.each([
    ["aborted", 410, "gone"],
    ["expired", 410, "gone"],
    ["inspecting", 409, "conflict"],
    ["completed", 409, "conflict"],
    ["refused", 409, "conflict"],
  ] as const)("is rejected once the upload is %s", async (state, status, code) => {
    const { id } = await ticket();
    await db().upload.update({ where: { id }, data: { state } });
    expect(await problemOf(await requestPartUrls(ada, id, [FIRST]))).toMatchObject({ status, code });
    // The store gets no request.
    await expect(signUploadParts(withoutStore(), ada.viewer, id, { parts: [bare(FIRST)] })).rejects.toThrow(
      code,
    );
  });

  test("is rejected after the ticket has expired, before the sweep", async () => {
    const { id } = await ticket();
    await db().upload.update({ where: { id }, data: { expiresAt: new Date(Date.now() - 1) } });
    expect(await problemOf(await requestPartUrls(ada, id, [FIRST]))).toMatchObject({
      status: 410,
      code: "gone",
    });
  });

  test("is rejected if the upload ends or restarts meanwhile", async () => {
    const { id } = await ticket();
    await uploadParts(ada, id, [FIRST]);
    const { listParts } = storages().private;
    const askedWhile = (meanwhile: () => Promise<unknown>) => {
      const slow = withPrivateFault(appContext(), {
        listParts: async (key, multipartId) => {
          await meanwhile();
          return listParts.call(storages().private, key, multipartId);
        },
      });
      return signUploadParts(slow, ada.viewer, id, { parts: [bare(FIRST)] });
    };
    const { key, multipartId } = await uploadRow(id);
    const anew = () => db().upload.update({ where: { id }, data: { multipartId: "another" } });
    await expect(askedWhile(anew)).rejects.toThrow("conflict");
    await db().upload.update({ where: { id }, data: { multipartId } });
    // While inspecting, the parts are compared with their declared content.
    const inspecting = () => db().upload.update({ where: { id }, data: { state: "inspecting" } });
    await expect(askedWhile(inspecting)).rejects.toThrow("conflict");
    await storages().private.abortMultipartUpload(key, multipartId ?? "");
  });

  test("signs again for a part with other content", async () => {
    const { id } = await ticket();
    const other = splitIntoParts(Buffer.alloc(SIZE, "other"), SIZE);
    await uploadParts(ada, id, other);
    await uploadParts(ada, id, [FIRST]);
    expect((await look(id)).received).toEqual([{ number: 1, size: SIZE }]);
    expect(await db().uploadPart.findMany({ where: { uploadId: id } })).toEqual([
      { uploadId: id, number: 1, sha256: FIRST.sha256 },
    ]);
  });
});

describe("the multipart upload in the store", () => {
  test("is created once, with the first part URL", async () => {
    const { id } = await ticket();
    expect(await unfinished(id)).toEqual([]);
    await Promise.all([FIRST, SECOND, LAST, FIRST].map((part) => uploadParts(ada, id, [part])));
    expect(await unfinished(id)).toEqual([(await uploadRow(id)).multipartId]);
    expect((await look(id)).received).toHaveLength(3);
  });

  test("is created once by two concurrent requests", async () => {
    const { id } = await ticket();
    let begun = 0;
    const slow = {
      ...appContext(),
      onCrashPoint: async (step: string) => {
        expect(step).toBe("multipart.created");
        begun += 1;
        await uploadParts(ada, id, [SECOND]);
      },
    };
    const { parts } = await signUploadParts(slow, ada.viewer, id, { parts: [bare(FIRST)] });
    expect(begun).toBe(1);
    const [upload] = parts;
    if (!upload) throw new Error("One was asked for.");
    expect((await putBytes({ upload }, FIRST.bytes)).status).toBe(200);
    expect(await unfinished(id)).toEqual([(await uploadRow(id)).multipartId]);
    expect((await look(id)).received).toHaveLength(2);
  });

  test("is aborted if the upload is aborted during its creation", async () => {
    const { id } = await ticket();
    const slow = {
      ...appContext(),
      onCrashPoint: async () => void (await ada.request("DELETE", `/api/uploads/${id}`)),
    };
    await expect(signUploadParts(slow, ada.viewer, id, { parts: [bare(FIRST)] })).rejects.toThrow("gone");
    expect(await unfinished(id)).toEqual([]);
    expect(await db().uploadPart.count({ where: { uploadId: id } })).toBe(0);
  });

  test("ends with the upload and deletes the received parts", async () => {
    const { id } = await ticket();
    await uploadParts(ada, id, [FIRST]);
    const [upload] = await getPartUrls(ada, id, [SECOND]);
    const { multipartId, key } = await uploadRow(id);
    expect((await ada.request("DELETE", `/api/uploads/${id}`)).status).toBe(204);
    expect(await unfinished(id)).toEqual([]);
    expect(await storages().private.listParts(key, multipartId ?? "")).toBeNull();
    expect(upload && (await putBytes({ upload }, SECOND.bytes)).ok).toBe(false);
    expect(await db().uploadPart.count({ where: { uploadId: id } })).toBe(0);
    // Again after the ticket has expired, for parts that were being sent.
    expect(await db().purge.findMany({ where: { prefix: key } })).toMatchObject([{ multipartId }]);
  });

  test("of an expired ticket is aborted by the work job", async () => {
    const { id } = await ticket();
    await uploadParts(ada, id, [FIRST]);
    await ticket();
    await db().upload.update({ where: { id }, data: { expiresAt: new Date(Date.now() - 1) } });
    await ticket();
    expect(await uploadRow(id)).toMatchObject({ state: "expired" });
    expect(await db().uploadPart.count({ where: { uploadId: id } })).toBe(0);
    await runFrequentWork(appContext());
    expect(await unfinished(id)).toEqual([]);
  });

  test("is created again if the store has lost it", async () => {
    const { id } = await ticket();
    await uploadParts(ada, id, [FIRST, SECOND]);
    const { key, multipartId } = await uploadRow(id);
    await storages().private.abortMultipartUpload(key, multipartId ?? "");
    expect((await look(id)).received).toEqual([]);
    await uploadParts(ada, id, [FIRST]);
    expect((await look(id)).received).toEqual([{ number: 1, size: SIZE }]);
    expect((await uploadRow(id)).multipartId).not.toBe(multipartId);
  });
});

test("an upload returns its part layout and the received parts", async () => {
  const { id } = await ticket();
  expect(await look(id)).toMatchObject({ state: "issued", parts: { size: SIZE, count: 3 }, received: [] });
  await uploadParts(ada, id, [SECOND]);
  expect(await look(id)).toMatchObject({ received: [{ number: 2, size: SIZE }] });
  await ada.request("DELETE", `/api/uploads/${id}`);
  expect(await look(id)).not.toHaveProperty("received");
  const body = { field: "bundle", name: "a.pdf", type: "application/pdf", ...sizeAndHashOf(LAST.bytes) };
  const whole = await look((await (await ada.post("/api/uploads", body)).json()).id);
  expect(whole).not.toHaveProperty("parts");
  expect(whole).not.toHaveProperty("received");
});

function bare({ number, size, sha256 }: FilePart): Omit<FilePart, "bytes"> {
  return { number, size, sha256 };
}
