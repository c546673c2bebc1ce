import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { get } from "node:http";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readOverSocket } from "../../lib/storage/s3/socket-read";

/**
 * CPU seconds of a process of its own that reads `url` to its end and hashes it once. "stream": as anybody writes it in Node, with its HTTP client. "drain":
 * the way that the application reads, and nothing beside it: the least that is known.
 */
export async function measureBaselineHash(url: string, how: "stream" | "drain"): Promise<number> {
  const program = ["--import", "tsx", fileURLToPath(import.meta.url), url, how];
  const { stdout } = await promisify(execFile)(process.execPath, program);
  return Number(stdout);
}

const [, program, url, how] = process.argv;
if (program === fileURLToPath(import.meta.url) && url) {
  const before = process.cpuUsage();
  const hash = createHash("sha256");
  if (how === "drain") await readOverSocket(new URL(url), (bytes) => hash.update(bytes));
  else {
    const answer = await new Promise<AsyncIterable<Buffer>>((resolve, reject) => {
      get(url, resolve).on("error", reject);
    });
    for await (const chunk of answer) hash.update(chunk);
  }
  hash.digest();
  const { user, system } = process.cpuUsage(before);
  console.log((user + system) / 1e6);
}
