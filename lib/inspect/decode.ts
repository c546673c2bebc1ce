import { Problem } from "../errors";
import type { DecoderJobName, DecoderJobs } from "./decoder-jobs";
import type { DecoderLimit } from "./decoder-messages";
import type { DecoderClaim, DecoderSlot, Decoders } from "./decoder-pool";
import type { DecoderInput } from "./decoder-process";

/**
 * Milliseconds of processor time, for one page of a document. An honest file needs a fraction of it
 * on a slow machine.
 */
const CPU_LIMITS_MS: Record<DecoderJobName, number> = {
  inspectDocument: 8_000,
  renderPage: 8_000,
  renderPicture: 15_000,
  renderVariants: 8_000,
  renderCard: 8_000,
};
/** A process that hangs without using the processor, or does not get it. */
const NO_RESPONSE_MS = 60_000;

/** After this time the response says to try again. */
const MAX_WAIT_MS = { image: 20_000, inspection: 120_000 } as const;

/** The file needs more memory or processor time than a decoder process has. */
export class DecoderLimitProblem extends Problem {
  readonly limit: DecoderLimit;

  constructor(limit: DecoderLimit) {
    super("unavailable", "This file took too long to open. Please try again in a moment.");
    this.limit = limit;
  }

  /** The memory that a file needs is the same on every machine. Time needs a second attempt. */
  get isFinal(): boolean {
    return this.limit === "memory";
  }
}

type JobOptions<Name extends DecoderJobName> = Parameters<DecoderJobs[Name]>[1];
type JobResult<Name extends DecoderJobName> = Awaited<ReturnType<DecoderJobs[Name]>>;

/** Runs decoder jobs, one after another. */
export type Decoder = {
  /**
   * Errors: unreadable_file and not_found, if the decoder says so about the bytes; unavailable, for
   * every failure of ours. A `DecoderLimitProblem` is one of those.
   */
  run<Name extends DecoderJobName>(
    name: Name,
    input: DecoderInput,
    options: JobOptions<Name>,
  ): Promise<JobResult<Name>>;
};

/**
 * Waits for a slot in the pool, and releases it after `work`. `work` reads the file, so no more
 * files are in memory than there are slots. Errors: unavailable, if the pool is too busy.
 */
export async function withDecoder<T>(
  pool: Decoders,
  claim: Omit<DecoderClaim, "maxWaitMs">,
  work: (decoder: Decoder) => Promise<T>,
): Promise<T> {
  const slot = await pool.acquire({ ...claim, maxWaitMs: MAX_WAIT_MS[claim.purpose] });
  if (!slot)
    throw new Problem("unavailable", "Many files are being opened at this moment. Please try again soon.");
  try {
    return await work({ run: (name, input, options) => runJob(slot, name, input, options) });
  } finally {
    slot.release();
  }
}

async function runJob<Name extends DecoderJobName>(
  slot: DecoderSlot,
  name: Name,
  input: DecoderInput,
  options: JobOptions<Name>,
): Promise<JobResult<Name>> {
  const cpuLimitMs = CPU_LIMITS_MS[name];
  const response = await slot.process().run({ job: name, options, cpuLimitMs }, input, NO_RESPONSE_MS);
  switch (response.kind) {
    case "result":
      return response.value as JobResult<Name>;
    case "refused":
      throw new Problem(response.code, response.detail);
    case "limit":
      throw new DecoderLimitProblem(response.limit);
    case "failed":
      throw new Problem("unavailable", "The file could not be opened just now. Please try again.", {
        cause: new Error(response.reason),
      });
  }
}
