import { finished, type Readable, Transform } from "node:stream";
import { Problem } from "../errors";

export type StallTimer = { reset(): void; stop(): void };

/** Calls `stalled` once nothing has moved for `patience` milliseconds, unless `excused` says that nothing could. */
export function startStallTimer(patience: number, stalled: () => void, excused = () => false): StallTimer {
  const timer = setTimeout(() => (excused() ? timer.refresh() : stalled()), patience);
  return { reset: () => timer.refresh(), stop: () => clearTimeout(timer) };
}

/** Passes `source` on and fails unless it brings exactly `size` bytes. Destroying one destroys the other. */
export function requireExactLength(
  source: Readable,
  size: number,
  { moved, broken }: { moved: () => void; broken: (error: Error) => Error },
): Transform {
  let passed = 0;
  const wrong = () => broken(new WrongLengthError(size));
  const flow = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      moved();
      passed += chunk.byteLength;
      if (passed > size) done(wrong());
      else done(null, chunk);
    },
    flush(done) {
      done(passed === size ? null : wrong());
    },
    destroy(error, done) {
      source.destroy();
      done(error);
    },
  });
  finished(source, { writable: false }, (error) => {
    if (error) flow.destroy(broken(error));
  });
  return source.pipe(flow);
}

export class WrongLengthError extends Error {
  constructor(size: number) {
    super(`Not the ${size} bytes that were announced`);
  }
}

export function wrongLengthProblem(size: number): Problem {
  return new Problem("content_mismatch", `The file does not have the ${size} bytes announced.`);
}
