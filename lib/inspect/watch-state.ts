/** What the watchdog thread of a decoder process reads: whether a job runs, and its limits. */
export type WatchState = BigInt64Array<SharedArrayBuffer>;

/** Microseconds of processor time at which the job must have ended. 0: no job runs. */
const CPU_DEADLINE = 0;

export function createWatchState(): WatchState {
  return new BigInt64Array(new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT));
}

/** Starts the clock of a job. */
export function startJobWatch(state: WatchState, cpuLimitMs: number): void {
  Atomics.store(state, CPU_DEADLINE, BigInt(usedCpuMicroseconds() + cpuLimitMs * 1000));
}

export function stopJobWatch(state: WatchState): void {
  Atomics.store(state, CPU_DEADLINE, 0n);
}

/** Tells whether the running job has used up its time of the processor. */
export function isOutOfTime(state: WatchState): boolean {
  const deadline = Atomics.load(state, CPU_DEADLINE);
  return deadline > 0n && BigInt(usedCpuMicroseconds()) > deadline;
}

/** Of all threads of this process. */
function usedCpuMicroseconds(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
