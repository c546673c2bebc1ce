import { Problem } from "@/lib/errors";

/** Requests of the contract are much smaller. Files are uploaded directly to the store. */
const MAX_BODY_BYTES = 64 * 1024;

/**
 * Reads the JSON body of a request. A request without a body needs no content type and gives `{}`.
 * Errors: unsupported_media_type, bad_json, too_large.
 */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type");
  if (type !== null && !/^application\/json\s*(;|$)/i.test(type)) {
    throw new Problem("unsupported_media_type", "Send JSON as application/json.");
  }
  const text = await readText(request);
  if (type === null) {
    if (text === "") return {};
    throw new Problem("unsupported_media_type", "Send JSON as application/json.");
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Problem("bad_json", "The request body is not valid JSON.", { cause });
  }
}

/**
 * Reads the fields of a form, in either encoding that mail programs use.
 * Errors: unsupported_media_type, invalid, too_large.
 */
export async function readForm(request: Request): Promise<FormData> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)\s*(;|$)/i.test(type))
    throw new Problem("unsupported_media_type", "Send the fields of a form.");
  const bytes = await readBytes(request);
  try {
    return await new Response(new Uint8Array(bytes), { headers: { "content-type": type } }).formData();
  } catch (cause) {
    throw new Problem("invalid", "The form is not complete.", { cause });
  }
}

async function readText(request: Request): Promise<string> {
  const bytes = await readBytes(request);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Problem("bad_json", "The request body is not UTF-8.", { cause });
  }
}

async function readBytes(request: Request): Promise<ArrayBuffer | Uint8Array> {
  const declaredLength = request.headers.get("content-length");
  if (Number(declaredLength ?? 0) > MAX_BODY_BYTES) throw tooLargeProblem();
  // HTTP ends a body at its declared length. Only a body without one has to be counted.
  return declaredLength === null ? readWithLimit(request) : request.arrayBuffer();
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
  return new Problem("too_large", "The request body is larger than 64 KB.");
}
