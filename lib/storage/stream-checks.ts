import { finished, type Readable, Transform } from "node:stream";
import { Problem } from "../errors";

export type StallTimer = { reset(): void; stop(): void };

/** Calls `onStall` after `timeoutMs` without a reset, unless `isWaiting` returns true. */
export function startStallTimer(timeoutMs: number, onStall: () => void, isWaiting = () => false): StallTimer {
  const timer = setTimeout(() => (isWaiting() ? timer.refresh() : onStall()), timeoutMs);
  return { reset: () => timer.refresh(), stop: () => clearTimeout(timer) };
}

/**
 * Passes `source` on and fails unless it has exactly `size` bytes. `toError` converts its errors.
 * Destroying either stream destroys the other.
 */
export function requireExactLength(
  source: Readable,
  size: number,
  { onChunk, toError }: { onChunk: () => void; toError: (error: Error) => Error },
): Transform {
  let passedBytes = 0;
  const wrongLength = () => toError(new WrongLengthError(size));
  const output = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      onChunk();
      passedBytes += chunk.byteLength;
      if (passedBytes > size) done(wrongLength());
      else done(null, chunk);
    },
    flush(done) {
      done(passedBytes === size ? null : wrongLength());
    },
    destroy(error, done) {
      source.destroy();
      done(error);
    },
  });
  finished(source, { writable: false }, (error) => {
    if (error) output.destroy(toError(error));
  });
  return source.pipe(output);
}

export class WrongLengthError extends Error {
  constructor(size: number) {
    super(`The body does not have the declared ${size} bytes`);
  }
}

export function wrongLengthProblem(size: number): Problem {
  return new Problem("content_mismatch", `The file does not have the declared ${size} bytes.`);
}
