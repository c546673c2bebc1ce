import { spans } from "@/lib/requests/kept-spans";
import { log } from "./log";

type Platform = { get?: () => { waitUntil?: (work: Promise<unknown>) => void } | undefined };

/** A function may be frozen as soon as it has answered: the platform is asked to wait for this. */
export function untilDone(work: Promise<unknown>): void {
  const platform: Platform | undefined = Reflect.get(globalThis, Symbol.for("@vercel/request-context"));
  platform?.get?.()?.waitUntil?.(work);
}

/** And for what is still to be written. */
export function untilSaid(): void {
  untilDone(Promise.all([log().ready(), spans()?.flush()]));
}
