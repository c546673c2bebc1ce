import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { staticPolicy } from "./policy";

/** Names of HTTP's Accept-Encoding, best first. */
export const ENCODINGS = ["br", "gzip"] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** A static file with its bytes in every form that is worth keeping. */
export type StaticFile = {
  /** On the site: `/_next/static/chunks/1f2e.js`. */
  address: string;
  /** Standard base64, of the bytes as they are. */
  sha256: string;
  bytes: Buffer;
  encoded: Partial<Record<Encoding, Buffer>>;
};

const [brotli, zip] = [promisify(brotliCompress), promisify(gzip)];

/** What a deployment serves as it is: the build's files and those of `public/`, in the order of their addresses. */
export async function* collectStatic(root: string): AsyncGenerator<StaticFile> {
  const found = [
    ...(await addressesBelow(join(root, ".next/static"), "/_next/static")),
    ...(await addressesBelow(join(root, "public"), "")),
  ].sort((one, other) => (one.address < other.address ? -1 : 1));
  for (const { address, path } of found) {
    const bytes = await readFile(path);
    const sha256 = createHash("sha256").update(bytes).digest("base64");
    yield { address, sha256, bytes, encoded: await encode(address, bytes) };
  }
}

async function addressesBelow(folder: string, at: string): Promise<{ address: string; path: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { address: `${at}/${path.slice(folder.length + 1).replaceAll("\\", "/")}`, path };
    });
}

async function encode(address: string, bytes: Buffer): Promise<StaticFile["encoded"]> {
  if (!staticPolicy(address).compressed) return {};
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  const [br, gzipped] = await Promise.all([brotli(bytes, { params }), zip(bytes, { level: 9 })]);
  return {
    ...(br.length < bytes.length ? { br } : {}),
    ...(gzipped.length < bytes.length ? { gzip: gzipped } : {}),
  };
}
