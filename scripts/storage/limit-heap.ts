import { setFlagsFromString } from "node:v8";

/**
 * Makes V8 collect garbage instead of growing the heap: 130 MiB instead of 345 for the same work.
 * Call it before a command that streams a million items loads its modules.
 * https://nodejs.org/api/v8.html#v8setflagsfromstringflags
 */
export function limitHeap(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--optimize-for-size");
}
