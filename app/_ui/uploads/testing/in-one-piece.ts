import { expect } from "vitest";
import { Lanes } from "../lanes";
import type { Tools } from "../tools";
import { Upload } from "../upload";
import { COMPLETE, completed, GIVE_BACK, ok, TICKET } from "./answers";
import { settled } from "./fake-time";
import { fakeTools } from "./fake-tools";
import { FakeTransport } from "./fake-transport";

export const HEADERS = {
  "content-type": "application/pdf",
  "if-none-match": "*",
  "x-amz-checksum-sha256": "c2hh",
};
export const issued = ok(201, {
  id: "u1",
  state: "issued",
  upload: { method: "PUT", url: "https://store/q", headers: HEADERS },
});
export const inspecting = ok(202, { id: "u1", state: "inspecting" });

export function begin({
  transport = new FakeTransport().on(TICKET, issued).on(COMPLETE, completed).on(GIVE_BACK, ok(204, null)),
  sha256,
  file = new Blob([new Uint8Array(1000)]),
  lanes = new Lanes(1),
  owner = "ada",
}: {
  transport?: FakeTransport;
  sha256?: Tools["sha256"];
  file?: Blob;
  lanes?: Lanes;
  owner?: string;
} = {}) {
  const { tools, time, net, chance } = fakeTools({ transport, sha256, lanes });
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
export async function sending(options?: Parameters<typeof begin>[0]) {
  const begun = begin(options);
  await settled();
  expect(begun.upload.state.name).toBe("sending");
  return begun;
}
