import { parseSignedParts } from "./upload-response";
import { uploadErrorOf } from "./upload-error";
import { type PartLayout, slicePart } from "./parts";
import { type RetryOptions, retry } from "./retry";
import type { UploadContext } from "./upload-context";
import type { SignedPut } from "./transport";

/** Parts that are hashed ahead: at first, and from then on. */
const FIRST_BATCH_SIZE = 4;
const BATCH_SIZE = 8;
/** An address lives 15 minutes; one of this age is not worth the bytes that would find it dead. Milliseconds. */
const MAX_URL_AGE_MS = 10 * 60_000;

/** The ticket is not what it was: ended, or taken for a completion. Somebody has to look at it. */
export class TicketChangedError extends Error {}

/** The ticket's time is over: it takes no more parts. Until somebody sweeps, a look at it does not tell. */
export class TicketExpiredError extends Error {}

/** Not found, conflict. */
const CHANGED_STATUSES = new Set([404, 409]);

type SignedPartUrl = { put: SignedPut; signedAt: number };
type SignedPartUrls = { puts: ReadonlyMap<number, SignedPut>; signedAt: number };
type AnnouncedParts = { id: string; file: Blob; layout: PartLayout; missing: readonly number[] };

/** Parts that are announced in one request, which is due when somebody needs one of them, or all are there. */
type PartBatch = { numbers: number[]; isDue: boolean; urls: Promise<SignedPartUrls>; send: () => void };

/**
 * The addresses of a transfer's missing parts, asked for in ascending order. Hashes them in small batches, the next while the present one leaves, and
 * announces a batch in one request; but where the line waits for a part, it is announced as soon as it is hashed, with those before it. One request
 * at a time: two could begin the upload at the store at once.
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
  /** The number from which on the next batch is worth preparing. */
  #prepareNextFrom = 0;

  constructor(upload: AnnouncedParts, tools: UploadContext, persistence: RetryOptions) {
    this.#parts = upload;
    this.#context = tools;
    this.#retryOptions = persistence;
    this.#unpreparedParts = [...upload.missing];
  }

  /** Rejects with `TicketMoved`, `TicketOver`, `FileChanged`, and a `Failure` where the server says no. */
  async get(number: number): Promise<SignedPut> {
    const { put, signedAt: since } = await this.#getSignedUrl(number);
    if (number >= this.#prepareNextFrom && this.#unpreparedParts.length > 0) this.#prepareNextBatch(BATCH_SIZE);
    if (this.#context.now() - since < MAX_URL_AGE_MS) return put;
    this.invalidate(number);
    return (await this.#getSignedUrl(number)).put;
  }

  /** The address has served: another try gets one of its own. */
  invalidate(number: number): void {
    this.#urlsByPart.delete(number);
  }

  async #getSignedUrl(number: number): Promise<SignedPartUrl> {
    this.#awaitedParts.add(number);
    if (this.#batch?.numbers.includes(number)) this.#batch.isDue = true;
    this.#sendDueBatch();
    if (this.#unpreparedParts[0] === number) this.#prepareNextBatch(this.#prepareNextFrom === 0 ? FIRST_BATCH_SIZE : BATCH_SIZE);
    const addresses = await (this.#urlsByPart.get(number) ?? this.#announceSinglePart(number));
    const put = addresses.puts.get(number);
    if (!put) throw uploadErrorOf({ status: 500, body: null });
    return { put, signedAt: addresses.signedAt };
  }

  #prepareNextBatch(most: number): void {
    const numbers = this.#unpreparedParts.splice(0, most);
    const last = numbers.at(-1);
    this.#prepareNextFrom = numbers[Math.floor(numbers.length / 2)] ?? 0;
    let before: Promise<unknown> = Promise.resolve();
    for (const number of numbers) {
      const hashed = before.then(() => this.#hashPart(number));
      before = hashed;
      this.#storePending(
        number,
        hashed.then(() => this.#addToBatch(number, number === last)),
      );
    }
  }

  /** Resolves with the answer to the request that this part goes out in. */
  #addToBatch(number: number, isLast: boolean): Promise<SignedPartUrls> {
    const group = this.#batch ?? this.#createBatch();
    this.#batch = group;
    group.numbers.push(number);
    group.isDue ||= isLast || this.#awaitedParts.has(number);
    this.#sendDueBatch();
    return group.urls;
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
    const group = this.#batch;
    if (!group?.isDue || this.#isRequesting) return;
    this.#batch = undefined;
    this.#isRequesting = true;
    group.send();
    const next = () => {
      this.#isRequesting = false;
      this.#sendDueBatch();
    };
    // A failure ends the whole transfer.
    group.urls.then(next, () => undefined);
  }

  #announceSinglePart(number: number): Promise<SignedPartUrls> {
    return this.#storePending(
      number,
      this.#hashPart(number).then(() => this.#requestUrls([number])),
    );
  }

  #storePending(number: number, addresses: Promise<SignedPartUrls>): Promise<SignedPartUrls> {
    this.#urlsByPart.set(number, addresses);
    // Whoever waits for one of them hears of a failure.
    addresses.catch(() => undefined);
    return addresses;
  }

  async #hashPart(number: number): Promise<void> {
    if (this.#hashes.has(number)) return;
    const { file, layout: cut } = this.#parts;
    const sha256 = await this.#context.sha256(slicePart(file, cut, number));
    this.#retryOptions.signal.throwIfAborted();
    this.#hashes.set(number, sha256);
  }

  async #requestUrls(numbers: readonly number[]): Promise<SignedPartUrls> {
    const { id, file, layout: cut } = this.#parts;
    const { signal } = this.#retryOptions;
    const parts = numbers.map((number) => ({
      number,
      size: slicePart(file, cut, number).size,
      sha256: this.#hashes.get(number) ?? "",
    }));
    const call = () =>
      this.#context.transport.call("POST", `/api/uploads/${id}/parts`, { body: { parts }, signal });
    const answer = await retry(this.#context, call, this.#retryOptions);
    if (CHANGED_STATUSES.has(answer.status)) throw new TicketChangedError();
    if (answer.status === 410) throw new TicketExpiredError();
    const puts = answer.status === 200 ? parseSignedParts(answer.body) : null;
    if (!puts) throw uploadErrorOf(answer);
    return { puts, signedAt: this.#context.now() };
  }
}
