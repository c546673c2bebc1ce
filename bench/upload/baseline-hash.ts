import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { get } from "node:http";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readOverSocket } from "../../lib/storage/s3/socket-read";

/**
 * Measures CPU seconds of a new process that reads `url` and hashes it: with Node's HTTP client
 * ("stream"), or from the socket as the application does ("socket").
 */
export async function measureBaselineHash(url: string, method: "stream" | "socket"): Promise<number> {
  const program = ["--import", "tsx", fileURLToPath(import.meta.url), url, method];
  const { stdout } = await promisify(execFile)(process.execPath, program);
  return Number(stdout);
}

const [, program, url, method] = process.argv;
if (program === fileURLToPath(import.meta.url) && url) {
  const before = process.cpuUsage();
  const hash = createHash("sha256");
  if (method === "socket") await readOverSocket(new URL(url), (bytes) => hash.update(bytes));
  else {
    const response = await new Promise<AsyncIterable<Buffer>>((resolve, reject) => {
      get(url, resolve).on("error", reject);
    });
    for await (const chunk of response) hash.update(chunk);
  }
  hash.digest();
  const { user, system } = process.cpuUsage(before);
  console.log((user + system) / 1e6);
}
