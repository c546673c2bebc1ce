/**
 * Flags of Node for processes that only run jobs. V8 lets garbage grow with the memory of the
 * machine: a run of the retention job took 230 MiB, and takes half of it with a small young
 * generation.
 */
export const JOB_FLAGS = ["--max-semi-space-size=4"];
