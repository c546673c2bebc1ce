import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { db, appContext, storages } from "@/app/_server/app-context";
import { withPrivateFault } from "@/tests/support/app/faulty-storage";
import { getPartUrls, requestPartUrls, type FilePart, splitIntoParts, uploadParts, requestMultipartTicket } from "@/tests/support/app/parts";
import { sizeAndHashOf, type Person, putBytes, signUp } from "@/tests/support/app/person";
import { withLargeFields } from "@/lib/fields/testing/large-fields";
import { storeCapabilitiesFromEnv } from "@/tests/stores/test-store";
import { type TestEnvironment, createTestEnvironment } from "@/tests/support/environment";
import { issueTicket, type MultipartTicket } from "@/lib/uploads/issue";
import { signUploadParts } from "@/lib/uploads/sign-parts";
import { runFrequentWork } from "@/lib/uploads/sweep";

vi.mock("@/lib/fields/fields", async (original) => withLargeFields(await original()));

const MiB = 1024 * 1024;
const SIZE = 5 * MiB;
/** Three parts, of which the last is short; what they say does not matter here. */
const BYTES = Buffer.alloc(2 * SIZE + 1000, "%PDF-1.7 ");
const [FIRST, SECOND, LAST] = splitIntoParts(BYTES, SIZE) as [FilePart, FilePart, FilePart];
const SHA256 = `${"A".repeat(43)}=`;

let environment: TestEnvironment;
let ada: Person;

beforeAll(async () => {
  environment = await createTestEnvironment({ QUOTA_OPEN_UPLOADS: "3", QUOTA_BYTES: String(3 * BYTES.length - 1) });
});
beforeEach(async () => {
  ada = await signUp("Ada");
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

/** The same domain where a call to the store fails. */
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
  test("says how the file is to be cut, lives a day, and calls no store", async () => {
    const request = { field: "bundle", name: "a.pdf", type: "application/pdf", size: BYTES.length };
    const answer = await issueTicket(withoutStore(), ada.viewer, request, null);
    expect(answer).toEqual({
      id: answer.id,
      state: "issued",
      expiresAt: answer.expiresAt,
      parts: { size: SIZE, count: 3 },
    });
    const left = Date.parse(answer.expiresAt) - Date.now();
    expect(left).toBeGreaterThan(86_340_000);
    expect(left).toBeLessThanOrEqual(86_400_000);
    expect(await uploadRow(answer.id)).toMatchObject({ partSize: SIZE, multipartId: null, sha256: null });
  });

  test("begins one byte above it: up to there the file travels in one piece, for an hour", async () => {
    const body = { field: "bundle", name: "a.pdf", type: "application/pdf", sha256: SHA256 };
    const whole = await (await ada.post("/api/uploads", { ...body, size: SIZE })).json();
    expect(whole).toHaveProperty("upload.url");
    expect(whole).not.toHaveProperty("parts");
    expect(Date.parse(whole.expiresAt) - Date.now()).toBeLessThanOrEqual(3_600_000);
    const cut = await (await ada.post("/api/uploads", { ...body, size: SIZE + 1 })).json();
    expect(cut).toMatchObject({ parts: { size: SIZE, count: 2 } });
    expect(cut).not.toHaveProperty("upload");
  });

  test("may leave the SHA-256 out, which a file in one piece may not", async () => {
    const body = { field: "bundle", name: "a.pdf", type: "application/pdf" };
    expect((await ada.post("/api/uploads", { ...body, size: SIZE + 1 })).status).toBe(201);
    const refused = await problemOf(await ada.post("/api/uploads", { ...body, size: SIZE }));
    expect(refused).toMatchObject({ status: 422, code: "invalid", errors: [{ path: "sha256" }] });
    const hex = await problemOf(
      await ada.post("/api/uploads", { ...body, size: SIZE + 1, sha256: "ab".repeat(32) }),
    );
    expect(hex).toMatchObject({ status: 422, code: "invalid", errors: [{ path: "sha256" }] });
  });

  test("takes room for the whole file at once, and gives it back when it is cancelled", async () => {
    const first = await ticket();
    await ticket();
    const body = { field: "bundle", name: "a.pdf", type: "application/pdf", size: BYTES.length };
    expect(await problemOf(await ada.post("/api/uploads", body))).toMatchObject({ code: "quota_exceeded" });
    expect((await ada.request("DELETE", `/api/uploads/${first.id}`)).status).toBe(204);
    await ticket();
  });

  test("is repeated to the same Idempotency-Key without a call to the store, and with another hash is another request", async () => {
    const request = { field: "bundle", name: "a.pdf", type: "application/pdf", size: BYTES.length };
    const first = await issueTicket(appContext(), ada.viewer, request, "key");
    await uploadParts(ada, first.id, [FIRST]);
    expect(await issueTicket(withoutStore(), ada.viewer, request, "key")).toEqual(first);
    await expect(issueTicket(appContext(), ada.viewer, { ...request, sha256: SHA256 }, "key")).rejects.toThrow(
      "idempotency_mismatch",
    );
    await ada.request("DELETE", `/api/uploads/${first.id}`);
    expect(await issueTicket(withoutStore(), ada.viewer, request, "key")).toMatchObject({ state: "aborted" });
  });
});

describe("asking for parts", () => {
  test("gets each an address that takes these bytes, and no others", async () => {
    const { id } = await ticket();
    const [first, last] = await getPartUrls(ada, id, [FIRST, LAST]);
    if (!first || !last) throw new Error("Two were asked for.");
    expect([first.number, last.number]).toEqual([1, 3]);
    expect(first.method).toBe("PUT");
    expect((await putBytes({ upload: last }, Buffer.concat([LAST.bytes, LAST.bytes]))).ok).toBe(false);
    const changed = Buffer.from(LAST.bytes).fill("x", 0, 1);
    // Stores differ here: completion does it everywhere, as in-parts.test.ts shows.
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

  test("gets addresses that live a quarter of an hour, and never longer than the ticket", async () => {
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
  ])("refuses %s, and says where", async (_, parts, paths) => {
    const { id } = await ticket();
    const bare = Array.isArray(parts) ? parts.map(({ bytes: _, ...part }) => part) : parts;
    const problem = await problemOf(await ada.post(`/api/uploads/${id}/parts`, { parts: bare }));
    expect(problem).toMatchObject({ status: 422, code: "invalid" });
    expect(problem.errors.map(({ path }: { path: string }) => path)).toEqual(paths);
    expect(await uploadRow(id)).toMatchObject({ multipartId: null });
    expect(await db().uploadPart.count({ where: { uploadId: id } })).toBe(0);
  });

  test("is for the upload's owner: to everybody else it is not there", async () => {
    const { id } = await ticket();
    const grace = await signUp("Grace");
    expect((await requestPartUrls(grace, id, [FIRST])).status).toBe(404);
    expect(await uploadRow(id)).toMatchObject({ multipartId: null });
  });

  test("is refused for an upload that travels in one piece", async () => {
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
  ] as const)("is refused once the upload is %s", async (state, status, code) => {
    const { id } = await ticket();
    await db().upload.update({ where: { id }, data: { state } });
    expect(await problemOf(await requestPartUrls(ada, id, [FIRST]))).toMatchObject({ status, code });
    // Nor is the store asked for anything.
    await expect(signUploadParts(withoutStore(), ada.viewer, id, { parts: [bare(FIRST)] })).rejects.toThrow(code);
  });

  test("is refused when the ticket's time is over, though nobody has swept it yet", async () => {
    const { id } = await ticket();
    await db().upload.update({ where: { id }, data: { expiresAt: new Date(Date.now() - 1) } });
    expect(await problemOf(await requestPartUrls(ada, id, [FIRST]))).toMatchObject({ status: 410, code: "gone" });
  });

  test("is refused where the upload ends, or is begun anew, between the question and the answer", async () => {
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
    // Inspecting: the parts are still in the store, and their announcements are what they are held against.
    const inspecting = () => db().upload.update({ where: { id }, data: { state: "inspecting" } });
    await expect(askedWhile(inspecting)).rejects.toThrow("conflict");
    await storages().private.abortMultipartUpload(key, multipartId ?? "");
  });

  test("again signs anew; the part may be another one now, and replaces what arrived", async () => {
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

describe("the store's side of it", () => {
  test("is begun by the first who asks for a part, and once", async () => {
    const { id } = await ticket();
    expect(await unfinished(id)).toEqual([]);
    await Promise.all([FIRST, SECOND, LAST, FIRST].map((part) => uploadParts(ada, id, [part])));
    expect(await unfinished(id)).toEqual([(await uploadRow(id)).multipartId]);
    expect((await look(id)).received).toHaveLength(3);
  });

  test("is begun once also where two begin at the same time: the loser takes back its own", async () => {
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

  test("is taken back where the upload is cancelled while it begins", async () => {
    const { id } = await ticket();
    const slow = { ...appContext(), onCrashPoint: async () => void (await ada.request("DELETE", `/api/uploads/${id}`)) };
    await expect(signUploadParts(slow, ada.viewer, id, { parts: [bare(FIRST)] })).rejects.toThrow("gone");
    expect(await unfinished(id)).toEqual([]);
    expect(await db().uploadPart.count({ where: { uploadId: id } })).toBe(0);
  });

  test("ends with the upload: what arrived is gone, and no address works any more", async () => {
    const { id } = await ticket();
    await uploadParts(ada, id, [FIRST]);
    const [upload] = await getPartUrls(ada, id, [SECOND]);
    const { multipartId, key } = await uploadRow(id);
    expect((await ada.request("DELETE", `/api/uploads/${id}`)).status).toBe(204);
    expect(await unfinished(id)).toEqual([]);
    expect(await storages().private.listParts(key, multipartId ?? "")).toBeNull();
    expect(upload && (await putBytes({ upload }, SECOND.bytes)).ok).toBe(false);
    expect(await db().uploadPart.count({ where: { uploadId: id } })).toBe(0);
    // Once more after the ticket's end, for what was under way.
    expect(await db().purge.findMany({ where: { prefix: key } })).toMatchObject([{ multipartId }]);
  });

  test("ends with a ticket that ran out, at the next work: the ticket that takes its room makes no call to the store", async () => {
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

  test("is begun anew where the store has lost it, as soon as a part is asked for again", async () => {
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

test("an upload tells how it is cut and what has arrived, so that it can be gone on with elsewhere", async () => {
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
