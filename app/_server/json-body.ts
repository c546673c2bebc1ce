import { Problem } from "@/lib/errors";

/** Nothing in the contract comes near it; files never travel this way. */
const LIMIT = 64 * 1024;

/**
 * The JSON body of a request; `{}` for one without a body, which needs no content type.
 * Errors: unsupported_media_type, bad_json, too_large.
 */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type");
  if (type !== null && !/^application\/json\s*(;|$)/i.test(type)) {
    throw new Problem("unsupported_media_type", "Please send JSON, as application/json.");
  }
  const text = await readText(request);
  if (type === null) {
    if (text === "") return {};
    throw new Problem("unsupported_media_type", "Please send JSON, as application/json.");
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Problem("bad_json", "The body could not be read as JSON.", { cause });
  }
}

async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > LIMIT) throw tooLarge();
  if (!request.body) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > LIMIT) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new Problem("bad_json", "The body is not UTF-8.", { cause });
  }
}

function tooLarge(): Problem {
  return new Problem("too_large", "The request has more than 64 KB.");
}
