import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { UploadField } from "./file-validation";
import { sendFiles, validateFiles } from "./send-files";
import { flushPromises } from "./testing/fake-time";
import { FakeTransport } from "./testing/fake-transport";
import { fakeUploadContext } from "./testing/fake-upload-context";
import { Upload } from "./upload";

const current = vi.hoisted(() => ({ context: {} as unknown }));
vi.mock("./upload-context", () => ({
  get browserUploadContext() {
    return current.context;
  },
}));
vi.mock("../announce", () => ({ announce: () => {} }));

const TICKET = "POST /api/uploads";
const field: UploadField = {
  name: "contract",
  label: "Contracts",
  accept: ["application/pdf"],
  maxSize: 1000,
  partSize: 10,
  many: true,
};
const parts = { size: 10, count: 2 };
const issued = { status: 201, body: { id: "u1", state: "issued", parts } };
const signedOut = { status: 401, body: { code: "unauthenticated", detail: "" } };

beforeEach(() => vi.stubGlobal("window", new EventTarget()));
afterEach(() => vi.unstubAllGlobals());

function createFile({ name = "c.pdf", text = "%PDF-1.4 and so on", lastModified = 5 } = {}): File {
  return new File([text], name, { lastModified });
}

/** Creates an upload of `c.pdf` that failed with a ticket, and a function to add files. */
async function createFailedUpload() {
  const transport = new FakeTransport().on(TICKET, issued).on("POST /api/uploads/u1/parts", signedOut);
  const { context } = fakeUploadContext({ transport });
  current.context = context;
  const file = createFile();
  const upload = new Upload(
    { field: "contract", file, name: "c.pdf", type: "application/pdf", partSize: 10, owner: "ada" },
    context,
  );
  await flushPromises();
  expect(upload.state.name).toBe("failed");
  transport.on("GET /api/uploads/u1", { status: 200, body: { ...issued.body, received: [] } });
  const visible: Upload[] = [upload];
  const add = async (next: File, crop?: { x: number; y: number; width: number; height: number }) => {
    await sendFiles([{ file: next, type: "application/pdf" }], {
      field,
      owner: "ada",
      crop,
      visibleUploads: [upload],
      onStarted: (other) => void visible.push(other),
    });
    await flushPromises();
  };
  const countTickets = () => transport.requestLines().filter((line) => line === TICKET).length;
  return { upload, transport, visible, add, countTickets };
}

describe("sendFiles", () => {
  test("resumes a failed upload of the same file under its ticket", async () => {
    const { transport, visible, add, countTickets } = await createFailedUpload();
    await add(createFile());
    expect(countTickets()).toBe(1);
    expect(visible).toHaveLength(1);
    expect(transport.requestLines()).toContain("GET /api/uploads/u1");
  });

  test("resumes a paused upload of the same file under its ticket", async () => {
    const { upload, transport, add, countTickets } = await createFailedUpload();
    const part = { number: 1, url: "https://store/1", headers: {} };
    transport.on("POST /api/uploads/u1/parts", {
      status: 200,
      body: { parts: [part, { ...part, number: 2 }] },
    });
    upload.retry();
    await flushPromises();
    upload.pause();
    await flushPromises();
    expect(upload.state.name).toBe("paused");
    await add(createFile());
    expect(upload.state.name).toBe("sending");
    expect(countTickets()).toBe(1);
  });

  test.each([
    ["other content", createFile({ text: "%PDF-1.4 and otherwise" }), undefined],
    ["another name", createFile({ name: "d.pdf" }), undefined],
    ["a later date", createFile({ lastModified: 6 }), undefined],
    ["another crop", createFile(), { x: 0, y: 0, width: 1, height: 1 }],
  ])("starts a new upload for a file with %s", async (_, file, crop) => {
    const { visible, add, countTickets } = await createFailedUpload();
    await add(file, crop);
    expect(countTickets()).toBe(2);
    expect(visible).toHaveLength(2);
  });
});

test("validateFiles takes the first file of a field for one file", async () => {
  const rejected: string[] = [];
  const files = [createFile(), createFile({ name: "d.pdf" })];
  const valid = await validateFiles(files, { ...field, many: false }, ({ name }) => rejected.push(name));
  expect(valid).toEqual([{ file: files[0], type: "application/pdf" }]);
  expect(rejected).toEqual(["d.pdf"]);
});
