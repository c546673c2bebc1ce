import { waitForCompletion } from "../../tests/support/wait-for-completion";
import type { BenchSite } from "./bench-site";
import { uploadByCurl } from "./curl";
import type { SampleFile } from "./sample-file";

/** Sends a file in one piece, by the API and curl: no browser hashes a gigabyte at once. CPU seconds of the application, from the ticket to the file. */
export async function uploadInSinglePut(
  { url, cookie, server: peer }: BenchSite,
  { file, size, sha256 }: SampleFile,
): Promise<number> {
  const post = async (path: string, body: unknown) => {
    const headers = { cookie, origin: url, "content-type": "application/json" };
    const asked = { method: "POST", headers, body: JSON.stringify(body) };
    const answer = await waitForCompletion(() => fetch(`${url}${path}`, asked));
    const told = await answer.json();
    if (!answer.ok) throw new Error(`POST ${path} answers ${answer.status}: ${JSON.stringify(told)}`);
    return told;
  };
  const before = peer.cpuMs();
  const ticket = { field: "crate", name: "sample.pdf", type: "application/pdf", size, sha256 };
  const { id, upload } = await post("/api/uploads", ticket);
  await uploadByCurl(file, upload);
  const { state } = await post(`/api/uploads/${id}/complete`, {});
  if (state !== "completed") throw new Error(`The upload is ${state}.`);
  return (peer.cpuMs() - before) / 1000;
}
