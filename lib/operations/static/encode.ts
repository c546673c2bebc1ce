import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants, gunzip, gzip } from "node:zlib";
import { staticPolicyOf } from "./policy";

/** Names of HTTP's Accept-Encoding, best first. */
export const ENCODINGS = ["br", "gzip"] as const;
export type Encoding = (typeof ENCODINGS)[number];
/** A file as it is, or packed. */
export type ContentCoding = Encoding | "identity";

const [brotli, zip] = [promisify(brotliCompress), promisify(gzip)];
const decoders = { br: promisify(brotliDecompress), gzip: promisify(gunzip) };

/** The bytes in every encoding that is worth keeping: for text, and where it is smaller. */
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

/** What a form of a file of `size` bytes unpacks to; null where it is cut off, damaged, or comes to more. */
export async function decode(form: ContentCoding, bytes: Buffer, size: number): Promise<Buffer | null> {
  if (form === "identity") return bytes;
  // Whatever zlib has to say of it, it is not that file.
  return decoders[form](bytes, { maxOutputLength: Math.max(size, 1) }).catch(() => null);
}
