import { signedParts } from "./answers";
import { failureOf } from "./failure";
import { type Cut, partOf } from "./parts";
import { type Persistence, persevere } from "./persevere";
import type { Tools } from "./tools";
import type { SignedPut } from "./transport";

/** Parts to an announcement, each of which is a request to the server. The first is small, since nothing leaves before it. */
const FIRST = 4;
const BATCH = 8;
/** An address lives 15 minutes; one of this age is not worth the bytes that would find it dead. Milliseconds. */
const FRESH = 10 * 60_000;

/** The ticket is not what it was: ended, or taken for a completion. Somebody has to look at it. */
export class TicketMoved extends Error {}

/** Not found, conflict, gone. */
const MOVED = new Set([404, 409, 410]);

type Address = { put: SignedPut; since: number };
type Addresses = { puts: ReadonlyMap<number, SignedPut>; since: number };
type Announced = { id: string; file: Blob; cut: Cut; missing: readonly number[] };

/**
 * The addresses of a transfer's missing parts, asked for in ascending order. Hashes the parts and announces them in small batches,
 * the next while the present one is being sent.
 */
export class PartAddresses {
  readonly #upload: Announced;
  readonly #tools: Tools;
  readonly #persistence: Persistence;
  readonly #pending: number[];
  readonly #coming = new Map<number, Promise<Addresses>>();
  readonly #hashes = new Map<number, string>();
  /** The number from which on the next batch is worth preparing. */
  #middle = 0;

  constructor(upload: Announced, tools: Tools, persistence: Persistence) {
    this.#upload = upload;
    this.#tools = tools;
    this.#persistence = persistence;
    this.#pending = [...upload.missing];
  }

  /** Rejects with `TicketMoved`, `FileChanged`, and a `Failure` where the server says no. */
  async of(number: number): Promise<SignedPut> {
    const { put, since } = await this.#address(number);
    if (number >= this.#middle && this.#pending.length > 0) this.#announceNext(BATCH);
    if (this.#tools.now() - since < FRESH) return put;
    this.drop(number);
    return (await this.#address(number)).put;
  }

  /** The address has served: another try gets one of its own. */
  drop(number: number): void {
    this.#coming.delete(number);
  }

  async #address(number: number): Promise<Address> {
    if (this.#pending[0] === number) this.#announceNext(this.#middle === 0 ? FIRST : BATCH);
    const addresses = await (this.#coming.get(number) ?? this.#announce([number]));
    const put = addresses.puts.get(number);
    if (!put) throw failureOf({ status: 500, body: null });
    return { put, since: addresses.since };
  }

  #announceNext(most: number): void {
    const numbers = this.#pending.splice(0, most);
    this.#middle = numbers[Math.floor(numbers.length / 2)] ?? 0;
    // Whoever waits for one of them hears of a failure.
    this.#announce(numbers).catch(() => undefined);
  }

  #announce(numbers: readonly number[]): Promise<Addresses> {
    const asked = this.#ask(numbers);
    for (const number of numbers) this.#coming.set(number, asked);
    return asked;
  }

  async #ask(numbers: readonly number[]): Promise<Addresses> {
    const { id, file, cut } = this.#upload;
    const { signal } = this.#persistence;
    const parts: { number: number; size: number; sha256: string }[] = [];
    for (const number of numbers) {
      const part = partOf(file, cut, number);
      const sha256 = this.#hashes.get(number) ?? (await this.#tools.sha256(part));
      signal.throwIfAborted();
      this.#hashes.set(number, sha256);
      parts.push({ number, size: part.size, sha256 });
    }
    const call = () =>
      this.#tools.transport.call("POST", `/api/uploads/${id}/parts`, { body: { parts }, signal });
    const answer = await persevere(this.#tools, call, this.#persistence);
    if (MOVED.has(answer.status)) throw new TicketMoved();
    const puts = answer.status === 200 ? signedParts(answer.body) : null;
    if (!puts) throw failureOf(answer);
    return { puts, since: this.#tools.now() };
  }
}
