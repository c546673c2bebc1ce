import { signedParts } from "./answers";
import { failureOf } from "./failure";
import { type Cut, partOf } from "./parts";
import { type Persistence, persevere } from "./persevere";
import type { Tools } from "./tools";
import type { SignedPut } from "./transport";

/** Parts that are hashed ahead: at first, and from then on. */
const FIRST = 4;
const BATCH = 8;
/** An address lives 15 minutes; one of this age is not worth the bytes that would find it dead. Milliseconds. */
const FRESH = 10 * 60_000;

/** The ticket is not what it was: ended, or taken for a completion. Somebody has to look at it. */
export class TicketMoved extends Error {}

/** The ticket's time is over: it takes no more parts. Until somebody sweeps, a look at it does not tell. */
export class TicketOver extends Error {}

/** Not found, conflict. */
const MOVED = new Set([404, 409]);

type Address = { put: SignedPut; since: number };
type Addresses = { puts: ReadonlyMap<number, SignedPut>; since: number };
type Announced = { id: string; file: Blob; cut: Cut; missing: readonly number[] };

/** Parts that are announced in one request, which is due when somebody needs one of them, or all are there. */
type Group = { numbers: number[]; isDue: boolean; addresses: Promise<Addresses>; send: () => void };

/**
 * The addresses of a transfer's missing parts, asked for in ascending order. Hashes them in small batches, the next while the present one leaves, and
 * announces a batch in one request; but where the line waits for a part, it is announced as soon as it is hashed, with those before it. One request
 * at a time: two could begin the upload at the store at once.
 */
export class PartAddresses {
  readonly #upload: Announced;
  readonly #tools: Tools;
  readonly #persistence: Persistence;
  readonly #pending: number[];
  readonly #coming = new Map<number, Promise<Addresses>>();
  readonly #hashes = new Map<number, string>();
  readonly #awaited = new Set<number>();
  #group: Group | undefined;
  #isAsking = false;
  /** The number from which on the next batch is worth preparing. */
  #middle = 0;

  constructor(upload: Announced, tools: Tools, persistence: Persistence) {
    this.#upload = upload;
    this.#tools = tools;
    this.#persistence = persistence;
    this.#pending = [...upload.missing];
  }

  /** Rejects with `TicketMoved`, `TicketOver`, `FileChanged`, and a `Failure` where the server says no. */
  async of(number: number): Promise<SignedPut> {
    const { put, since } = await this.#address(number);
    if (number >= this.#middle && this.#pending.length > 0) this.#prepareNext(BATCH);
    if (this.#tools.now() - since < FRESH) return put;
    this.drop(number);
    return (await this.#address(number)).put;
  }

  /** The address has served: another try gets one of its own. */
  drop(number: number): void {
    this.#coming.delete(number);
  }

  async #address(number: number): Promise<Address> {
    this.#awaited.add(number);
    if (this.#group?.numbers.includes(number)) this.#group.isDue = true;
    this.#sendDue();
    if (this.#pending[0] === number) this.#prepareNext(this.#middle === 0 ? FIRST : BATCH);
    const addresses = await (this.#coming.get(number) ?? this.#announceAlone(number));
    const put = addresses.puts.get(number);
    if (!put) throw failureOf({ status: 500, body: null });
    return { put, since: addresses.since };
  }

  #prepareNext(most: number): void {
    const numbers = this.#pending.splice(0, most);
    const last = numbers.at(-1);
    this.#middle = numbers[Math.floor(numbers.length / 2)] ?? 0;
    let before: Promise<unknown> = Promise.resolve();
    for (const number of numbers) {
      const hashed = before.then(() => this.#hash(number));
      before = hashed;
      this.#expect(
        number,
        hashed.then(() => this.#join(number, number === last)),
      );
    }
  }

  /** Resolves with the answer to the request that this part goes out in. */
  #join(number: number, isLast: boolean): Promise<Addresses> {
    const group = this.#group ?? this.#newGroup();
    this.#group = group;
    group.numbers.push(number);
    group.isDue ||= isLast || this.#awaited.has(number);
    this.#sendDue();
    return group.addresses;
  }

  #newGroup(): Group {
    const numbers: number[] = [];
    let send = () => {};
    const sent = new Promise<void>((resolve) => {
      send = resolve;
    });
    return { numbers, isDue: false, send, addresses: sent.then(() => this.#ask(numbers)) };
  }

  #sendDue(): void {
    const group = this.#group;
    if (!group?.isDue || this.#isAsking) return;
    this.#group = undefined;
    this.#isAsking = true;
    group.send();
    const next = () => {
      this.#isAsking = false;
      this.#sendDue();
    };
    // A failure ends the whole transfer.
    group.addresses.then(next, () => undefined);
  }

  #announceAlone(number: number): Promise<Addresses> {
    return this.#expect(
      number,
      this.#hash(number).then(() => this.#ask([number])),
    );
  }

  #expect(number: number, addresses: Promise<Addresses>): Promise<Addresses> {
    this.#coming.set(number, addresses);
    // Whoever waits for one of them hears of a failure.
    addresses.catch(() => undefined);
    return addresses;
  }

  async #hash(number: number): Promise<void> {
    if (this.#hashes.has(number)) return;
    const { file, cut } = this.#upload;
    const sha256 = await this.#tools.sha256(partOf(file, cut, number));
    this.#persistence.signal.throwIfAborted();
    this.#hashes.set(number, sha256);
  }

  async #ask(numbers: readonly number[]): Promise<Addresses> {
    const { id, file, cut } = this.#upload;
    const { signal } = this.#persistence;
    const parts = numbers.map((number) => ({
      number,
      size: partOf(file, cut, number).size,
      sha256: this.#hashes.get(number) ?? "",
    }));
    const call = () =>
      this.#tools.transport.call("POST", `/api/uploads/${id}/parts`, { body: { parts }, signal });
    const answer = await persevere(this.#tools, call, this.#persistence);
    if (MOVED.has(answer.status)) throw new TicketMoved();
    if (answer.status === 410) throw new TicketOver();
    const puts = answer.status === 200 ? signedParts(answer.body) : null;
    if (!puts) throw failureOf(answer);
    return { puts, since: this.#tools.now() };
  }
}
