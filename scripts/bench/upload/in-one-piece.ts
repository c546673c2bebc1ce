import { untilSettled } from "../../../lib/testing/until-settled";
import { curl } from "./curl";
import type { Sample } from "./sample";
import type { Site } from "./site";

/** Sends a file in one piece, by the API and curl: no browser hashes a gigabyte at once. CPU seconds of the application, from the ticket to the file. */
export async function sendInOnePiece(
  { url, cookie, peer }: Site,
  { file, size, sha256 }: Sample,
): Promise<number> {
  const post = async (path: string, body: unknown) => {
    const headers = { cookie, origin: url, "content-type": "application/json" };
    const asked = { method: "POST", headers, body: JSON.stringify(body) };
    const answer = await untilSettled(() => fetch(`${url}${path}`, asked));
    const told = await answer.json();
    if (!answer.ok) throw new Error(`POST ${path} answers ${answer.status}: ${JSON.stringify(told)}`);
    return told;
  };
  const before = peer.cpuMs();
  const ticket = { field: "crate", name: "sample.pdf", type: "application/pdf", size, sha256 };
  const { id, upload } = await post("/api/uploads", ticket);
  await curl(file, upload);
  const { state } = await post(`/api/uploads/${id}/complete`, {});
  if (state !== "completed") throw new Error(`The upload is ${state}.`);
  return (peer.cpuMs() - before) / 1000;
}
