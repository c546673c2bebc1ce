import { expect } from "vitest";
import { ConcurrencyLimiter } from "../concurrency-limiter";
import { Upload } from "../upload";
import type { UploadContext } from "../upload-context";
import { flushPromises } from "./fake-time";
import { FakeTransport } from "./fake-transport";
import { fakeUploadContext } from "./fake-upload-context";
import { ABORT_UPLOAD, apiResponse, COMPLETE_UPLOAD, CREATE_TICKET, completed } from "./responses";

export const SIGNED_HEADERS = {
  "content-type": "application/pdf",
  "if-none-match": "*",
  "x-amz-checksum-sha256": "c2hh",
};
export const issued = apiResponse(201, {
  id: "u1",
  state: "issued",
  upload: { method: "PUT", url: "https://store/q", headers: SIGNED_HEADERS },
});
export const inspecting = apiResponse(202, { id: "u1", state: "inspecting" });

function fakeServer(): FakeTransport {
  return new FakeTransport()
    .on(CREATE_TICKET, issued)
    .on(COMPLETE_UPLOAD, completed)
    .on(ABORT_UPLOAD, apiResponse(204, null));
}

export function startUpload({
  transport = fakeServer(),
  sha256,
  file = new Blob([new Uint8Array(1000)]),
  limiter = new ConcurrencyLimiter(1),
  owner = "ada",
}: {
  transport?: FakeTransport;
  sha256?: UploadContext["sha256"];
  file?: Blob;
  limiter?: ConcurrencyLimiter;
  owner?: string;
} = {}) {
  const { context, time, network, randomness } = fakeUploadContext({ transport, sha256, limiter });
  const request = {
    partSize: 5000,
    field: "dbsCertificate",
    file,
    name: "certificate.pdf",
    type: "application/pdf",
    owner,
  };
  const upload = new Upload(request, context);
  const stateNames: string[] = [];
  upload.subscribe(() => {
    const { name } = upload.state;
    if (stateNames.at(-1) !== name) stateNames.push(name);
  });
  return { upload, transport, time, network, stateNames, context, randomness };
}

/** Starts an upload and waits until it sends its bytes. */
export async function startSending(options?: Parameters<typeof startUpload>[0]) {
  const started = startUpload(options);
  await flushPromises();
  expect(started.upload.state.name).toBe("sending");
  return started;
}
