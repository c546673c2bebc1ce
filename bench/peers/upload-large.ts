import { createHash } from "node:crypto";
import type { MultipartTicket } from "../../lib/uploads/issue";
import type { SignedParts } from "../../lib/uploads/sign-parts";
import { waitForCompletion } from "../../tests/support/wait-for-completion";

const CONCURRENCY = 3;

/**
 * Uploads a file of `size` bytes with a PDF header as a multipart upload. Only the number at the
 * start of each part differs, so no process needs the complete file in memory.
 */
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
  const uploadParts = async () => {
    const buffer = Buffer.alloc(parts.size);
    for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
      const bytes = buffer.subarray(0, Math.min(parts.size, size - (number - 1) * parts.size));
      bytes.write(`%PDF-1.7 part ${number}`);
      const sha256 = createHash("sha256").update(bytes).digest("base64");
      const response = await post(`/api/uploads/${id}/parts`, {
        parts: [{ number, size: bytes.length, sha256 }],
      });
      const [signed]: SignedParts["parts"] = (await requireOk(response)).parts;
      if (!signed) throw new Error("The server signed no URL for a part.");
      const { method, headers } = signed;
      const stored = await fetch(signed.url, { method, headers, body: bytes });
      if (!stored.ok) throw new Error(`The store responded ${stored.status}: ${await stored.text()}`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, uploadParts));
  return { id, complete: () => waitForCompletion(() => post(`/api/uploads/${id}/complete`, {})) };
}

async function requireOk(response: Response) {
  if (!response.ok) throw new Error(`The server responded ${response.status}: ${await response.text()}`);
  return response.json();
}
