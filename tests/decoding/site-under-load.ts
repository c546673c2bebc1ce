import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import type { ApiClient } from "../support/api-client";

/** Returns the most memory that a process had since the last reset, in MiB. */
export function peakMemoryMib({ pid }: ChildProcess): number {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kib) / 1024;
}

/** Makes the present memory the peak, and returns it. */
export function resetPeakMemory(process: ChildProcess): number {
  writeFileSync(`/proc/${process.pid}/clear_refs`, "5");
  return peakMemoryMib(process);
}

/** Uploads a document in parts and completes it. Returns the id of the file. */
export async function uploadInParts(member: ApiClient, field: string, bytes: Buffer): Promise<string> {
  const ask = async (path: string, body: unknown) => (await member.request("POST", path, body)).json();
  const { id, parts } = await ask("/api/uploads", {
    field,
    name: "large.pdf",
    type: "application/pdf",
    size: bytes.length,
  });
  for (let number = 1; number <= parts.count; number += 1) {
    const part = bytes.subarray((number - 1) * parts.size, number * parts.size);
    const sha256 = createHash("sha256").update(part).digest("base64");
    const declared = [{ number, size: part.length, sha256 }];
    const signed = await ask(`/api/uploads/${id}/parts`, { parts: declared });
    const [{ url, headers }] = signed.parts;
    await fetch(url, { method: "PUT", headers, body: new Uint8Array(part) });
  }
  const { file } = await (await member.completeUpload({ id, upload: { url: "", headers: {} } })).json();
  return file.id;
}

/** Sends one request after another until `work` has ended. Returns the waits in ms, ascending. */
export async function measureDuring(
  work: Promise<unknown>,
  request: () => Promise<Response>,
): Promise<number[]> {
  let isOver = false;
  void work.finally(() => {
    isOver = true;
  });
  const waits: number[] = [];
  while (!isOver) {
    const start = performance.now();
    const response = await request();
    if (!response.ok) throw new Error(`Somebody else got ${response.status}.`);
    await response.arrayBuffer();
    waits.push(performance.now() - start);
  }
  return waits.sort((one, other) => one - other);
}

/** Calls `request` again and again, one call at a time. */
export async function repeat(times: number, request: () => Promise<Response>): Promise<void> {
  for (let count = 0; count < times; count += 1) await (await request()).arrayBuffer();
}

export function percentile99(sorted: readonly number[]): number {
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.POSITIVE_INFINITY;
}
