import { createHash } from "node:crypto";
import type { MultipartTicket } from "../../lib/uploads/issue";
import type { SignedParts } from "../../lib/uploads/sign-parts";
import { waitForCompletion } from "../../tests/support/wait-for-completion";

const CONCURRENCY = 3;

/** A file of so many bytes that begins as a PDF does: its parts are alike but for the number at their beginning, so that nobody has to hold it. */
export async function uploadLarge(
  { url, cookie }: { url: string; cookie: string },
  { field, size }: { field: string; size: number },
): Promise<{ id: string; complete(): Promise<Response> }> {
  const post = (path: string, body: unknown) =>
    fetch(`${url}${path}`, {
      method: "POST",
      headers: { cookie, origin: url, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const issued = await post("/api/uploads", { field, name: "large.pdf", type: "application/pdf", size });
  const { id, parts }: MultipartTicket = await requireOk(issued);
  const numbers = Array.from({ length: parts.count }, (_, index) => index + 1);
  const lane = async () => {
    const buffer = Buffer.alloc(parts.size);
    for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
      const bytes = buffer.subarray(0, Math.min(parts.size, size - (number - 1) * parts.size));
      bytes.write(`%PDF-1.7 part ${number}`);
      const sha256 = createHash("sha256").update(bytes).digest("base64");
      const asked = await post(`/api/uploads/${id}/parts`, {
        parts: [{ number, size: bytes.length, sha256 }],
      });
      const [signed]: SignedParts["parts"] = (await requireOk(asked)).parts;
      if (!signed) throw new Error("No address came for a part.");
      const { method, headers } = signed;
      const stored = await fetch(signed.url, { method, headers, body: bytes });
      if (!stored.ok) throw new Error(`The store answers ${stored.status}: ${await stored.text()}`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
  return { id, complete: () => waitForCompletion(() => post(`/api/uploads/${id}/complete`, {})) };
}

async function requireOk(response: Response) {
  if (!response.ok) throw new Error(`The server answers ${response.status}: ${await response.text()}`);
  return response.json();
}
