import { expect } from "vitest";
import type { Answer } from "../../call-api";
import type { Tools } from "../tools";
import { Upload } from "../upload";
import type { UploadRequest } from "../upload-request";
import { COMPLETE, completed, GIVE_BACK, ok, problem, TICKET } from "./answers";
import { settled } from "./fake-time";
import { fakeTools } from "./fake-tools";
import { FakeTransport } from "./fake-transport";

export const ANNOUNCE = "POST /api/uploads/u1/parts";

/** 1,050 bytes in parts of 100: ten whole ones and half of one. */
export const FILE = new File([new Uint8Array(1050)], "contract.pdf", { lastModified: 1_790_000_000_000 });
export const CUT = { size: 100, count: 11 };
export const issued = ok(201, { id: "u1", state: "issued", parts: CUT });
export const RECORD = {
  id: "u1",
  owner: "ada",
  field: "contract",
  name: "contract.pdf",
  size: 1050,
  lastModified: 1_790_000_000_000,
};

export type Announced = { parts: { number: number; size: number; sha256: string }[] };

/** The addresses that were asked for; each is another one. */
export let signed = 0;
export function addresses(body: unknown): Answer {
  const parts = (body as Announced).parts.map(({ number }) => {
    signed += 1;
    const url = `https://store/q?partNumber=${number}&signed=${signed}`;
    return { number, url, method: "PUT", headers: { "x-amz-checksum-sha256": "c2hh" } };
  });
  return ok(200, { parts });
}

/** The member's session ends before the fifth part is announced. */
export function signedOutOnce(): (body: unknown) => Answer {
  let isOver = false;
  return (body) => {
    if (isOver || !(body as Announced).parts.some(({ number }) => number === 5)) return addresses(body);
    isOver = true;
    return problem(401, "unauthenticated");
  };
}

export function looked(...received: number[]): Answer {
  const parts = received.map((number) => ({ number, size: number === 11 ? 50 : 100 }));
  return ok(200, { id: "u1", state: "issued", parts: CUT, received: parts });
}

export function server(transport = new FakeTransport()): FakeTransport {
  return transport
    .on(TICKET, issued)
    .on(ANNOUNCE, addresses)
    .on(COMPLETE, completed)
    .on(GIVE_BACK, ok(204, null));
}

export function begin(
  transport = server(),
  more: Partial<UploadRequest> & { sha256?: Tools["sha256"] } = {},
) {
  const { sha256, ...request } = more;
  const fakes = fakeTools({ transport, ...(sha256 ? { sha256 } : {}) });
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
export async function sending(...options: Parameters<typeof begin>) {
  const begun = begin(...options);
  await settled();
  expect(begun.upload.state.name).toBe("sending");
  return begun;
}

export function numbers(transport: FakeTransport): number[] {
  return transport.puts.map(({ request }) => Number(new URL(request.url).searchParams.get("partNumber")));
}

export function announcements(transport: FakeTransport): number[][] {
  return transport.calls
    .filter(({ line }) => line === ANNOUNCE)
    .map(({ body }) => (body as Announced).parts.map(({ number }) => number));
}

export async function arriveAllButTheLast(transport: FakeTransport): Promise<void> {
  for (let index = 0; index < CUT.count - 1; index += 1) {
    transport.puts[index]?.answer(200);
    await settled();
  }
}

/** Every part that is asked for arrives, from the `from`-th PUT on. */
export async function arrive(transport: FakeTransport, from = 0): Promise<void> {
  for (let index = from; index < transport.puts.length; index += 1) {
    transport.puts[index]?.answer(200);
    await settled();
  }
}
