import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { get } from "node:http";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** CPU seconds of a process of its own that reads `url` to its end and hashes it: the least that reading an object back can cost. */
export async function bareHash(url: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--import",
    "tsx",
    fileURLToPath(import.meta.url),
    url,
  ]);
  return Number(stdout);
}

const [, program, url] = process.argv;
if (program === fileURLToPath(import.meta.url) && url) {
  const before = process.cpuUsage();
  const hash = createHash("sha256");
  const answer = await new Promise<AsyncIterable<Buffer>>((resolve, reject) => {
    get(url, resolve).on("error", reject);
  });
  for await (const chunk of answer) hash.update(chunk);
  hash.digest();
  const { user, system } = process.cpuUsage(before);
  console.log((user + system) / 1e6);
}
