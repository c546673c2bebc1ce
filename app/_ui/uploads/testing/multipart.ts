import { expect } from "vitest";
import type { ApiResponse } from "../../call-api";
import type { UploadContext } from "../upload-context";
import { Upload } from "../upload";
import type { UploadRequest } from "../upload-request";
import { COMPLETE_UPLOAD, completed, ABORT_UPLOAD, apiResponse, problemResponse, CREATE_TICKET } from "./responses";
import { flushPromises } from "./fake-time";
import { fakeUploadContext } from "./fake-upload-context";
import { FakeTransport } from "./fake-transport";

export const REQUEST_PARTS = "POST /api/uploads/u1/parts";

/** 1,050 bytes in parts of 100: ten whole ones and half of one. */
export const FILE = new File([new Uint8Array(1050)], "contract.pdf", { lastModified: 1_790_000_000_000 });
export const LAYOUT = { size: 100, count: 11 };
export const issued = apiResponse(201, { id: "u1", state: "issued", parts: LAYOUT });
export const RECORD = {
  id: "u1",
  owner: "ada",
  field: "contract",
  name: "contract.pdf",
  size: 1050,
  lastModified: 1_790_000_000_000,
};

export type PartsRequest = { parts: { number: number; size: number; sha256: string }[] };

/** The addresses that were asked for; each is another one. */
export let signedUrlCount = 0;
export function signedPartsResponse(body: unknown): ApiResponse {
  const parts = (body as PartsRequest).parts.map(({ number }) => {
    signedUrlCount += 1;
    const url = `https://store/q?partNumber=${number}&signed=${signedUrlCount}`;
    return { number, url, method: "PUT", headers: { "x-amz-checksum-sha256": "c2hh" } };
  });
  return apiResponse(200, { parts });
}

/** The member's session ends before the fifth part is announced. */
export function expireSessionOnce(): (body: unknown) => ApiResponse {
  let isOver = false;
  return (body) => {
    if (isOver || !(body as PartsRequest).parts.some(({ number }) => number === 5)) return signedPartsResponse(body);
    isOver = true;
    return problemResponse(401, "unauthenticated");
  };
}

export function issuedResponse(...received: number[]): ApiResponse {
  const parts = received.map((number) => ({ number, size: number === 11 ? 50 : 100 }));
  return apiResponse(200, { id: "u1", state: "issued", parts: LAYOUT, received: parts });
}

export function fakeServer(transport = new FakeTransport()): FakeTransport {
  return transport
    .on(CREATE_TICKET, issued)
    .on(REQUEST_PARTS, signedPartsResponse)
    .on(COMPLETE_UPLOAD, completed)
    .on(ABORT_UPLOAD, apiResponse(204, null));
}

export function startUpload(
  transport = fakeServer(),
  more: Partial<UploadRequest> & { sha256?: UploadContext["sha256"] } = {},
) {
  const { sha256, ...request } = more;
  const fakes = fakeUploadContext({ transport, ...(sha256 ? { sha256 } : {}) });
  const upload = new Upload(
    {
      field: "contract",
      file: FILE,
      name: "contract.pdf",
      type: "application/pdf",
      partSize: 100,
      owner: "ada",
      ...request,
    },
    fakes.tools,
  );
  return { upload, transport, ...fakes };
}

/** As far as the first parts being on their way. */
export async function startSending(...options: Parameters<typeof startUpload>) {
  const begun = startUpload(...options);
  await flushPromises();
  expect(begun.upload.state.name).toBe("sending");
  return begun;
}

export function sentPartNumbers(transport: FakeTransport): number[] {
  return transport.puts.map(({ request }) => Number(new URL(request.url).searchParams.get("partNumber")));
}

export function announcedPartNumbers(transport: FakeTransport): number[][] {
  return transport.calls
    .filter(({ line }) => line === REQUEST_PARTS)
    .map(({ body }) => (body as PartsRequest).parts.map(({ number }) => number));
}

export async function answerAllPutsButLast(transport: FakeTransport): Promise<void> {
  for (let index = 0; index < LAYOUT.count - 1; index += 1) {
    transport.puts[index]?.answer(200);
    await flushPromises();
  }
}

/** Every part that is asked for arrives, from the `from`-th PUT on. */
export async function answerPuts(transport: FakeTransport, from = 0): Promise<void> {
  for (let index = from; index < transport.puts.length; index += 1) {
    transport.puts[index]?.answer(200);
    await flushPromises();
  }
}
