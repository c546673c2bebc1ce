import { setFlagsFromString } from "node:v8";

/**
 * Has V8 collect sooner rather than grow: a command that reads a million of something and holds little lets its heap grow past 200 MiB for want
 * of a reason not to. Called before its modules are loaded; 130 MiB instead of 345 at the same work. https://nodejs.org/api/v8.html#v8setflagsfromstringflags
 */
export function limitHeap(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--optimize-for-size");
}
