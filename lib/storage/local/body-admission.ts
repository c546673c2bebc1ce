import { Problem } from "../../errors";

/** A retry of a client whose first connection broke waits here. More would only hold sockets. */
const MAX_WAITING = 8;
/** The client sends four parts of an upload at a time. */
const MAX_WRITERS_OF_PARTS = 8;

type Lane = { running: number; waiting: (() => void)[] };

/**
 * Admits request bodies to the disk, before a byte of them is read. One ticket can be sent many
 * times at once and slowly, and the disk may also hold the database. So an object or part has one
 * writer at a time: the next ones wait, and then fail because it exists. An upload has at most
 * eight writers of parts. Several bodies together declare at most half of the free space.
 */
export class BodyAdmission {
  readonly #usableSpace: () => Promise<number>;
  readonly #lanes = new Map<string, Lane>();
  #bytesInFlight = 0;

  /** `usableSpace` returns the free bytes of the disk that uploads may take. */
  constructor(usableSpace: () => Promise<number>) {
    this.#usableSpace = usableSpace;
  }

  /** Runs `write` when it is the object's turn. Errors: unavailable, if too much is under way. */
  writeObject<T>(key: string, size: number, write: () => Promise<T>): Promise<T> {
    return this.#inLane(key, 1, () => this.#withinSpace(size, write));
  }

  /** Runs `write` when it is the part's turn. Errors: unavailable, if too much is under way. */
  writePart<T>(key: string, number: number, size: number, write: () => Promise<T>): Promise<T> {
    return this.#inLane(`${key} ${number}`, 1, () =>
      this.#inLane(`${key} parts`, MAX_WRITERS_OF_PARTS, () => this.#withinSpace(size, write)),
    );
  }

  async #inLane<T>(name: string, maxRunning: number, work: () => Promise<T>): Promise<T> {
    const lane = this.#lanes.get(name) ?? { running: 0, waiting: [] };
    this.#lanes.set(name, lane);
    if (lane.running < maxRunning) lane.running += 1;
    else if (lane.waiting.length >= MAX_WAITING) throw busyProblem();
    // The earlier writer passes its place on, so that no other call takes it in between.
    else await new Promise<void>((resolve) => lane.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = lane.waiting.shift();
      if (next) next();
      else lane.running -= 1;
      if (lane.running === 0) this.#lanes.delete(name);
    }
  }

  async #withinSpace<T>(size: number, write: () => Promise<T>): Promise<T> {
    const earlier = this.#bytesInFlight;
    // Reserved before the wait: bodies that arrive meanwhile must count this one.
    this.#bytesInFlight += size;
    try {
      const usable = await this.#usableSpace();
      if (earlier === 0 && size > usable) throw new Problem("unavailable", "The disk is full.");
      if (earlier > 0 && earlier + size > usable / 2) throw busyProblem();
      return await write();
    } finally {
      this.#bytesInFlight -= size;
    }
  }
}

function busyProblem(): Problem {
  return new Problem("unavailable", "The server is receiving too many files. Try again in a moment.");
}
