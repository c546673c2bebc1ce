import { Problem } from "@/lib/errors";

/** Nothing in the contract comes near it; files never travel this way. */
const MAX_BODY_BYTES = 64 * 1024;

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
  const announced = request.headers.get("content-length");
  if (Number(announced ?? 0) > MAX_BODY_BYTES) throw tooLargeProblem();
  // HTTP ends a body at its announced length; only one that announces none has to be counted as it comes.
  const bytes = announced === null ? await readWithLimit(request) : await request.arrayBuffer();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Problem("bad_json", "The body is not UTF-8.", { cause });
  }
}

async function readWithLimit(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw tooLargeProblem();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLargeProblem(): Problem {
  return new Problem("too_large", "The request has more than 64 KB.");
}
