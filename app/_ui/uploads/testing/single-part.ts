import { expect } from "vitest";
import { ConcurrencyLimiter } from "../concurrency-limiter";
import type { UploadContext } from "../upload-context";
import { Upload } from "../upload";
import { COMPLETE_UPLOAD, completed, ABORT_UPLOAD, apiResponse, CREATE_TICKET } from "./responses";
import { flushPromises } from "./fake-time";
import { fakeUploadContext } from "./fake-upload-context";
import { FakeTransport } from "./fake-transport";

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

export function startUpload({
  transport = new FakeTransport().on(CREATE_TICKET, issued).on(COMPLETE_UPLOAD, completed).on(ABORT_UPLOAD, apiResponse(204, null)),
  sha256,
  file = new Blob([new Uint8Array(1000)]),
  limiter: lanes = new ConcurrencyLimiter(1),
  owner = "ada",
}: {
  transport?: FakeTransport;
  sha256?: UploadContext["sha256"];
  file?: Blob;
  limiter?: ConcurrencyLimiter;
  owner?: string;
} = {}) {
  const { tools, time, net, chance } = fakeUploadContext({ transport, sha256, limiter: lanes });
  const request = {
    partSize: 5000,
    field: "dbsCertificate",
    file,
    name: "certificate.pdf",
    type: "application/pdf",
    owner,
  };
  const upload = new Upload(request, tools);
  const seen: string[] = [];
  upload.subscribe(() => {
    const { name } = upload.state;
    if (seen.at(-1) !== name) seen.push(name);
  });
  return { upload, transport, time, net, seen, tools, chance };
}

/** As far as the bytes being on their way. */
export async function startSending(options?: Parameters<typeof startUpload>[0]) {
  const begun = startUpload(options);
  await flushPromises();
  expect(begun.upload.state.name).toBe("sending");
  return begun;
}
