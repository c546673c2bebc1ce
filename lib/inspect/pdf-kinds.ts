import { inflateSync } from "node:zlib";
import { Problem } from "../errors";
import type { PdfDocument } from "./pdfium";

const XFA_FORM =
  "This PDF is a form that only Adobe Reader shows. Open it there, print it to a PDF, and upload that.";
const PORTFOLIO =
  "This PDF is a portfolio, a folder of other files. Reviewers would see only its cover. Upload the papers inside it instead.";

/**
 * Throws `unreadable_file` for a PDF whose pages do not show its content: a dynamic XFA form
 * ("Please wait...") and a portfolio. A PDF with attachments is accepted.
 */
export function requirePagesWithContent(document: PdfDocument, bytes: Uint8Array): void {
  if (document.hasXfaPages) throw new Problem("unreadable_file", XFA_FORM);
  if (document.hasAttachments && isPortfolio(bytes)) throw new Problem("unreadable_file", PORTFOLIO);
}

const COLLECTION = Buffer.from("/Collection");
/** The value of the catalog's entry, which is a dictionary. The word is also the name of a type. */
const COLLECTION_VALUE = /^\/Collection[\s\0]*(<<|\d+[\s\0]+\d+[\s\0]+R)/;
const OBJECT_STREAM = Buffer.from("/ObjStm");
const STREAM = Buffer.from("stream");
/** More than the dictionary of an object stream takes. */
const MAX_DICTIONARY_BYTES = 1024;
/** Objects of 16 MiB in one stream are none of a catalog. */
const MAX_STREAM_BYTES = 16 * 1024 * 1024;
const MAX_STREAMS = 2000;

/**
 * Tells whether the catalog has a /Collection. PDFium has no function for it. (ISO 32000-1, 7.11.6)
 */
function isPortfolio(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return hasCollection(file) || objectStreams(file).some(hasCollection);
}

function hasCollection(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(COLLECTION); at !== -1; at = bytes.indexOf(COLLECTION, at + 1))
    if (COLLECTION_VALUE.test(bytes.toString("latin1", at, at + 64))) return true;
  return false;
}

/** Returns the streams of compressed objects. It leaves out those that are no deflated data. */
function objectStreams(file: Buffer): Buffer[] {
  const streams: Buffer[] = [];
  let at = file.indexOf(OBJECT_STREAM);
  for (
    let count = 0;
    at !== -1 && count < MAX_STREAMS;
    count += 1, at = file.indexOf(OBJECT_STREAM, at + 1)
  ) {
    const keyword = file.subarray(at, at + MAX_DICTIONARY_BYTES).indexOf(STREAM);
    if (keyword === -1) continue;
    let start = at + keyword + STREAM.length;
    while (file[start] === 0x0d || file[start] === 0x0a) start += 1;
    const content = tryInflate(file.subarray(start));
    if (content) streams.push(content);
  }
  return streams;
}

function tryInflate(bytes: Buffer): Buffer | null {
  try {
    return inflateSync(bytes, { maxOutputLength: MAX_STREAM_BYTES });
  } catch {
    // Encrypted, damaged, or another filter. The pages themselves are drawn in any case.
    return null;
  }
}
