import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { SignedRequest } from "../../lib/storage/storage";

/** Seconds that curl takes to send a file to a signed address; `line`: over a line of so many bytes a second. */
export async function uploadByCurl(
  file: string,
  { url, headers }: SignedRequest,
  { line }: { line?: number } = {},
): Promise<number> {
  const named = Object.entries({ ...headers, Expect: "" }).flatMap(([name, value]) => [
    "-H",
    `${name}: ${value}`.trim(),
  ]);
  const options = ["--silent", "--show-error", "--upload-file", file, "--output", "/dev/null"];
  const slowed = line ? ["--limit-rate", String(line)] : [];
  const told = ["--write-out", "%{http_code} %{time_total}"];
  const { stdout } = await promisify(execFile)("curl", [...options, ...slowed, ...named, ...told, url]);
  const [status, seconds] = stdout.split(" ").map(Number);
  if (status !== 200 || !seconds) throw new Error(`curl was answered ${stdout}`);
  return seconds;
}
