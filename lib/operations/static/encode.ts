import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants, gunzip, gzip } from "node:zlib";
import { staticPolicyOf } from "./policy";

/** Content codings, best first. */
export const ENCODINGS = ["br", "gzip"] as const;
export type Encoding = (typeof ENCODINGS)[number];
export type ContentCoding = Encoding | "identity";

const [brotli, zip] = [promisify(brotliCompress), promisify(gzip)];
const decoders = { br: promisify(brotliDecompress), gzip: promisify(gunzip) };

/** Compresses text in every encoding; leaves out those that are not smaller. */
export async function encode(address: string, bytes: Buffer): Promise<Partial<Record<Encoding, Buffer>>> {
  if (!staticPolicyOf(address).isCompressible) return {};
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

/** Decompresses a file of `size` bytes; null if the bytes are truncated, damaged or too many. */
export async function decode(coding: ContentCoding, bytes: Buffer, size: number): Promise<Buffer | null> {
  if (coding === "identity") return bytes;
  // Any error of zlib means that this is not the file.
  return decoders[coding](bytes, { maxOutputLength: Math.max(size, 1) }).catch(() => null);
}
