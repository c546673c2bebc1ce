import { type ApiProblem, type ApiResponse, isJsonObject, problemOf } from "../call-api";

/** A result for one entry, in the order of the entries. */
export type BatchResult<State extends string> = { state: State; id?: string };

export type BatchRun<State extends string> = {
  /** The results of the first entries. The others are not sent. */
  results: BatchResult<State>[];
  /** Why the run ended before the last entry. Without it the run is complete, or was stopped. */
  problem?: ApiProblem;
};

/** The API takes this many entries in a request of at most 64 KB. */
const MAX_ENTRIES = 500;
const MAX_BYTES = 48 * 1024;
const MAX_TRIES = 4;
const MAX_WAIT_SECONDS = 60;

type Sending<Entry, State extends string> = {
  /** Sends the entries of one batch. */
  send: (batch: readonly Entry[]) => Promise<ApiResponse>;
  states: readonly State[];
  /** Called after each batch with all results so far. */
  onProgress: (results: readonly BatchResult<State>[]) => void;
  /** Stops after the batch that is under way: its outcome is known then. */
  signal: AbortSignal;
  wait?: (milliseconds: number) => Promise<void>;
};

/**
 * Sends entries in batches, one after the other, and collects a result for each. Waits and repeats
 * a batch that the server could not take at the moment. Ends at the first problem; a later run can
 * go on with the entries after the last result.
 */
export async function sendBatches<Entry, State extends string>(
  entries: readonly Entry[],
  { send, states, onProgress, signal, wait = defaultWait }: Sending<Entry, State>,
): Promise<BatchRun<State>> {
  const results: BatchResult<State>[] = [];
  for (const batch of toBatches(entries)) {
    if (signal.aborted) break;
    const response = await sendOnce(() => send(batch), wait, signal);
    const received = response.status === 200 ? readResults(response.body, states) : null;
    if (received?.length !== batch.length) return { results, problem: problemOf(response) };
    results.push(...received);
    onProgress(results);
  }
  return { results };
}

/** Splits entries into batches that fit into one request. */
export function toBatches<Entry>(entries: readonly Entry[]): Entry[][] {
  const batches: Entry[][] = [];
  const encoder = new TextEncoder();
  let bytes = 0;
  for (const entry of entries) {
    const size = encoder.encode(JSON.stringify(entry)).length + 1;
    const last = batches.at(-1);
    if (last && last.length < MAX_ENTRIES && bytes + size <= MAX_BYTES) {
      last.push(entry);
      bytes += size;
    } else {
      batches.push([entry]);
      bytes = size;
    }
  }
  return batches;
}

async function sendOnce(
  send: () => Promise<ApiResponse>,
  wait: (milliseconds: number) => Promise<void>,
  signal: AbortSignal,
): Promise<ApiResponse> {
  for (let tries = 1; ; tries += 1) {
    const response = await send();
    const seconds = response.retryAfter ?? 2 ** tries;
    const isTransient = response.status === 0 || response.status === 429 || response.status === 503;
    if (!isTransient || tries === MAX_TRIES || seconds > MAX_WAIT_SECONDS || signal.aborted) return response;
    await wait(seconds * 1000);
  }
}

function readResults<State extends string>(
  body: unknown,
  states: readonly State[],
): BatchResult<State>[] | null {
  if (!isJsonObject(body) || !Array.isArray(body.results)) return null;
  return body.results.flatMap((result: unknown) => {
    if (!isJsonObject(result)) return [];
    const state = states.find((each) => each === result.state);
    if (state === undefined) return [];
    return [{ state, ...(typeof result.id === "string" ? { id: result.id } : {}) }];
  });
}

function defaultWait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
