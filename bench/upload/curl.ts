import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { SignedRequest } from "../../lib/storage/storage";

/** Measures the seconds that curl needs to upload a file to a signed URL. */
export async function uploadByCurl(
  file: string,
  { url, headers }: SignedRequest,
  { bytesPerSecond }: { bytesPerSecond?: number } = {},
): Promise<number> {
  const headerOptions = Object.entries({ ...headers, Expect: "" }).flatMap(([name, value]) => [
    "-H",
    `${name}: ${value}`.trim(),
  ]);
  const options = ["--silent", "--show-error", "--upload-file", file, "--output", "/dev/null"];
  const limit = bytesPerSecond ? ["--limit-rate", String(bytesPerSecond)] : [];
  const format = ["--write-out", "%{http_code} %{time_total}"];
  const { stdout } = await promisify(execFile)("curl", [
    ...options,
    ...limit,
    ...headerOptions,
    ...format,
    url,
  ]);
  const [status, seconds] = stdout.split(" ").map(Number);
  if (status !== 200 || !seconds) throw new Error(`curl printed ${stdout}`);
  return seconds;
}
