// The second byte of markers (ITU-T T.81, table B.1).
const [TEM, SOI, EOI, SOS] = [0x01, 0xd8, 0xd9, 0xda];
/** Frames of a sequential JPEG. Each of its scans has the parameters 0, 63 and 0. */
const SEQUENTIAL_FRAMES = new Set([0xc0, 0xc1, 0xc9]);
const SEQUENTIAL_PARAMETERS = Buffer.from([0, 63, 0]);

/**
 * Corrects a JPEG that every browser shows, so that the strictest decoder opens it too. It leaves
 * out bytes between two segments, which some phones write, and sets the parameters of sequential
 * scans, which some Samsung phones leave at zero. No pixel changes. Returns null if the end of the
 * picture is missing.
 */
export function repairJpeg(bytes: Buffer): Buffer | null {
  const pieces: Buffer[] = [];
  let copied = 0;
  let sequential = false;
  let at = 2;
  for (;;) {
    const marker = findMarker(bytes, at);
    if (marker === -1) return null;
    if (marker > at) {
      pieces.push(bytes.subarray(copied, at));
      copied = marker;
    }
    const code = bytes[marker + 1] ?? 0;
    at = marker + 2;
    if (code === EOI) break;
    if (code === TEM || code === SOI || isRestart(code)) continue;
    if (at + 2 > bytes.length) return null;
    at += Math.max(2, bytes.readUInt16BE(at));
    if (code >= 0xc0 && code <= 0xcf && !isTable(code)) sequential = SEQUENTIAL_FRAMES.has(code);
    if (code !== SOS) continue;
    if (sequential && !bytes.subarray(at - 3, at).equals(SEQUENTIAL_PARAMETERS)) {
      pieces.push(bytes.subarray(copied, at - 3), SEQUENTIAL_PARAMETERS);
      copied = at;
    }
    at = findScanEnd(bytes, at);
    if (at === -1) return null;
  }
  return pieces.length === 0 ? bytes : Buffer.concat([...pieces, bytes.subarray(copied)]);
}

/** Finds the next marker: 0xff, more of them as filling, and a code. Returns -1 without one. */
function findMarker(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(0xff, from);
  for (; at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1];
    if (code === undefined) return -1;
    if (code !== 0 && code !== 0xff) return at;
  }
  return -1;
}

/** Finds the marker that ends a scan. Restart markers and an escaped 0xff belong to the scan. */
function findScanEnd(bytes: Buffer, from: number): number {
  let marker = findMarker(bytes, from);
  while (marker !== -1 && isRestart(bytes[marker + 1] ?? 0)) marker = findMarker(bytes, marker + 2);
  return marker;
}

function isRestart(code: number): boolean {
  return code >= 0xd0 && code <= 0xd7;
}

/** Codes among those of frames that define tables: Huffman, arithmetic, and a reserved one. */
function isTable(code: number): boolean {
  return code === 0xc4 || code === 0xcc || code === 0xc8;
}
