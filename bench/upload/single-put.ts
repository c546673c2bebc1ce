import { waitForCompletion } from "../../tests/support/wait-for-completion";
import type { BenchSite } from "./bench-site";
import { uploadByCurl } from "./curl";
import type { SampleFile } from "./sample-file";

/**
 * Uploads a file with a single PUT, by the API and curl, because a browser cannot hash a gigabyte
 * at once. Returns the CPU seconds of the application from the ticket to the completion.
 */
export async function uploadInSinglePut(
  { url, cookie, server }: BenchSite,
  { file, size, sha256 }: SampleFile,
): Promise<number> {
  const post = async (path: string, body: unknown) => {
    const headers = { cookie, origin: url, "content-type": "application/json" };
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    const response = await waitForCompletion(() => fetch(`${url}${path}`, init));
    const result = await response.json();
    if (!response.ok) throw new Error(`POST ${path} responded ${response.status}: ${JSON.stringify(result)}`);
    return result;
  };
  const before = server.cpuMs();
  const ticket = { field: "crate", name: "sample.pdf", type: "application/pdf", size, sha256 };
  const { id, upload } = await post("/api/uploads", ticket);
  await uploadByCurl(file, upload);
  const { state } = await post(`/api/uploads/${id}/complete`, {});
  if (state !== "completed") throw new Error(`The upload is ${state}.`);
  return (server.cpuMs() - before) / 1000;
}
