import { expect } from "vitest";
import type { ApiResponse } from "../../call-api";
import { Upload } from "../upload";
import type { UploadContext } from "../upload-context";
import type { UploadRequest } from "../upload-request";
import { flushPromises } from "./fake-time";
import { FakeTransport } from "./fake-transport";
import { fakeUploadContext } from "./fake-upload-context";
import {
  ABORT_UPLOAD,
  apiResponse,
  COMPLETE_UPLOAD,
  CREATE_TICKET,
  completed,
  problemResponse,
} from "./responses";

export const REQUEST_PARTS = "POST /api/uploads/u1/parts";

/** 1,050 bytes in parts of 100: ten full parts and a half one. */
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

/** Counts the signed URLs. Each one is different. */
export let signedUrlCount = 0;
export function signedPartsResponse(body: unknown): ApiResponse {
  const parts = (body as PartsRequest).parts.map(({ number }) => {
    signedUrlCount += 1;
    const url = `https://store/q?partNumber=${number}&signed=${signedUrlCount}`;
    return { number, url, method: "PUT", headers: { "x-amz-checksum-sha256": "c2hh" } };
  });
  return apiResponse(200, { parts });
}

/** Answers the announcement of part 5 once as if the session had expired. */
export function expireSessionOnce(): (body: unknown) => ApiResponse {
  let hasExpired = false;
  return (body) => {
    const hasPartFive = (body as PartsRequest).parts.some(({ number }) => number === 5);
    if (hasExpired || !hasPartFive) return signedPartsResponse(body);
    hasExpired = true;
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
  overrides: Partial<UploadRequest> & { sha256?: UploadContext["sha256"] } = {},
) {
  const { sha256, ...request } = overrides;
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
    fakes.context,
  );
  return { upload, transport, ...fakes };
}

/** Starts an upload and waits until it sends its first parts. */
export async function startSending(...options: Parameters<typeof startUpload>) {
  const started = startUpload(...options);
  await flushPromises();
  expect(started.upload.state.name).toBe("sending");
  return started;
}

export function sentPartNumbers(transport: FakeTransport): number[] {
  return transport.puts.map(({ request }) => Number(new URL(request.url).searchParams.get("partNumber")));
}

export function announcedPartNumbers(transport: FakeTransport): number[][] {
  return transport.calls
    .filter(({ line }) => line === REQUEST_PARTS)
    .map(({ body }) => (body as PartsRequest).parts.map(({ number }) => number));
}

export async function respondToAllPutsButLast(transport: FakeTransport): Promise<void> {
  for (let index = 0; index < LAYOUT.count - 1; index += 1) {
    transport.puts[index]?.respond(200);
    await flushPromises();
  }
}

/** Answers every PUT with 200, from index `from` on, including the PUTs that follow. */
export async function respondToPuts(transport: FakeTransport, from = 0): Promise<void> {
  for (let index = from; index < transport.puts.length; index += 1) {
    transport.puts[index]?.respond(200);
    await flushPromises();
  }
}
