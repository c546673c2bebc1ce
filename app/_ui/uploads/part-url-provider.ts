import { type PartLayout, slicePart } from "./parts";
import { type RetryOptions, retry } from "./retry";
import type { SignedPut } from "./transport";
import type { UploadContext } from "./upload-context";
import { uploadErrorOf } from "./upload-error";
import { parseSignedParts } from "./upload-response";

/** Parts hashed ahead: in the first batch, and in each later batch. */
const FIRST_BATCH_SIZE = 4;
const BATCH_SIZE = 8;
/** A URL is valid for 15 minutes. An older one could expire during the PUT. Milliseconds. */
const MAX_URL_AGE_MS = 10 * 60_000;

/** The ticket has ended, or a completion has started. The caller must read its state again. */
export class TicketChangedError extends Error {}

/**
 * The ticket has expired and accepts no more parts.
 * Its state does not show this until the sweep job runs.
 */
export class TicketExpiredError extends Error {}

/** Not found, conflict. */
const CHANGED_STATUSES = new Set([404, 409]);

type SignedPartUrl = { put: SignedPut; signedAt: number };
type SignedPartUrls = { puts: ReadonlyMap<number, SignedPut>; signedAt: number };
type AnnouncedParts = { id: string; file: Blob; layout: PartLayout; missing: readonly number[] };

/** Parts announced in one request. It is due when all are hashed, or a transfer waits for one. */
type PartBatch = { numbers: number[]; isDue: boolean; urls: Promise<SignedPartUrls>; send: () => void };

/**
 * Gets the signed URLs of missing parts from the server, in ascending order.
 *
 * Hashes the parts in small batches, one batch ahead, and announces a batch in one request.
 * If a transfer waits for a part, the request is sent as soon as that part is hashed.
 * Sends one request at a time: two concurrent requests could create two multipart uploads.
 */
export class PartUrlProvider {
  readonly #parts: AnnouncedParts;
  readonly #context: UploadContext;
  readonly #retryOptions: RetryOptions;
  readonly #unpreparedParts: number[];
  readonly #urlsByPart = new Map<number, Promise<SignedPartUrls>>();
  readonly #hashes = new Map<number, string>();
  readonly #awaitedParts = new Set<number>();
  #batch: PartBatch | undefined;
  #isRequesting = false;
  /** The part number that starts the preparation of the next batch. */
  #prepareNextFrom = 0;

  constructor(parts: AnnouncedParts, context: UploadContext, retryOptions: RetryOptions) {
    this.#parts = parts;
    this.#context = context;
    this.#retryOptions = retryOptions;
    this.#unpreparedParts = [...parts.missing];
  }

  /**
   * Returns a signed URL that is young enough to use.
   * Rejects with `TicketChangedError`, `TicketExpiredError`, `FileChangedError` or `UploadError`.
   */
  async get(number: number): Promise<SignedPut> {
    const { put, signedAt } = await this.#getSignedUrl(number);
    if (number >= this.#prepareNextFrom && this.#unpreparedParts.length > 0)
      this.#prepareNextBatch(BATCH_SIZE);
    if (this.#context.now() - signedAt < MAX_URL_AGE_MS) return put;
    this.invalidate(number);
    return (await this.#getSignedUrl(number)).put;
  }

  /** Removes a used URL. The next attempt gets a new one. */
  invalidate(number: number): void {
    this.#urlsByPart.delete(number);
  }

  async #getSignedUrl(number: number): Promise<SignedPartUrl> {
    this.#awaitedParts.add(number);
    if (this.#batch?.numbers.includes(number)) this.#batch.isDue = true;
    this.#sendDueBatch();
    if (this.#unpreparedParts[0] === number) {
      this.#prepareNextBatch(this.#prepareNextFrom === 0 ? FIRST_BATCH_SIZE : BATCH_SIZE);
    }
    const { puts, signedAt } = await (this.#urlsByPart.get(number) ?? this.#announceSinglePart(number));
    const put = puts.get(number);
    if (!put) throw uploadErrorOf({ status: 500, body: null });
    return { put, signedAt };
  }

  #prepareNextBatch(size: number): void {
    const numbers = this.#unpreparedParts.splice(0, size);
    const last = numbers.at(-1);
    this.#prepareNextFrom = numbers[Math.floor(numbers.length / 2)] ?? 0;
    let previous: Promise<unknown> = Promise.resolve();
    for (const number of numbers) {
      const hashed = previous.then(() => this.#hashPart(number));
      previous = hashed;
      this.#storePending(
        number,
        hashed.then(() => this.#addToBatch(number, number === last)),
      );
    }
  }

  /** Adds a hashed part to the current batch. Resolves with the response to its request. */
  #addToBatch(number: number, isLast: boolean): Promise<SignedPartUrls> {
    const batch = this.#batch ?? this.#createBatch();
    this.#batch = batch;
    batch.numbers.push(number);
    batch.isDue ||= isLast || this.#awaitedParts.has(number);
    this.#sendDueBatch();
    return batch.urls;
  }

  #createBatch(): PartBatch {
    const numbers: number[] = [];
    let send = () => {};
    const sent = new Promise<void>((resolve) => {
      send = resolve;
    });
    return { numbers, isDue: false, send, urls: sent.then(() => this.#requestUrls(numbers)) };
  }

  #sendDueBatch(): void {
    const batch = this.#batch;
    if (!batch?.isDue || this.#isRequesting) return;
    this.#batch = undefined;
    this.#isRequesting = true;
    batch.send();
    const sendNext = () => {
      this.#isRequesting = false;
      this.#sendDueBatch();
    };
    // A failed request ends the whole transfer, so no next batch follows.
    batch.urls.then(sendNext, () => undefined);
  }

  #announceSinglePart(number: number): Promise<SignedPartUrls> {
    return this.#storePending(
      number,
      this.#hashPart(number).then(() => this.#requestUrls([number])),
    );
  }

  #storePending(number: number, urls: Promise<SignedPartUrls>): Promise<SignedPartUrls> {
    this.#urlsByPart.set(number, urls);
    // The transfer that awaits a URL handles the failure.
    urls.catch(() => undefined);
    return urls;
  }

  async #hashPart(number: number): Promise<void> {
    if (this.#hashes.has(number)) return;
    const { file, layout } = this.#parts;
    const sha256 = await this.#context.sha256(slicePart(file, layout, number));
    this.#retryOptions.signal.throwIfAborted();
    this.#hashes.set(number, sha256);
  }

  async #requestUrls(numbers: readonly number[]): Promise<SignedPartUrls> {
    const { id, file, layout } = this.#parts;
    const { signal } = this.#retryOptions;
    const parts = numbers.map((number) => ({
      number,
      size: slicePart(file, layout, number).size,
      sha256: this.#hashes.get(number) ?? "",
    }));
    const call = () =>
      this.#context.transport.call("POST", `/api/uploads/${id}/parts`, { body: { parts }, signal });
    const response = await retry(this.#context, call, this.#retryOptions);
    if (CHANGED_STATUSES.has(response.status)) throw new TicketChangedError();
    if (response.status === 410) throw new TicketExpiredError();
    const puts = response.status === 200 ? parseSignedParts(response.body) : null;
    if (!puts) throw uploadErrorOf(response);
    return { puts, signedAt: this.#context.now() };
  }
}
