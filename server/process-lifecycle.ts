import { logOnce } from "../lib/observability/console";
import type { Log } from "../lib/observability/log";
import { stopRunningCommands } from "./run-command";

type Closer = () => Promise<void>;

// A terminal's Ctrl-C reaches every process of the group, and npm and the bootstrap pass it on once more.
const SIGNAL_REPEAT_MS = 500;
// What an embedded database needs to shut down at once.
const FORCED_EXIT_MS = 3_000;

/**
 * What a command has started, closed in reverse order when it is told to stop (Ctrl-C, SIGTERM, a closed terminal) or fails.
 * A second Ctrl-C asks every closer again, which then waits for nobody.
 */
export class ProcessLifecycle {
  readonly #closers: Closer[] = [];
  #stopping: Promise<void> | undefined;
  #since = 0;

  constructor() {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.on(signal, () => this.#signalled());
  }

  /** Registers a closer; one that arrives after the end has begun is called at once. */
  async addCloser(closer: Closer): Promise<void> {
    this.#closers.push(closer);
    if (this.#stopping) await closer();
  }

  /**
   * From here on what nobody caught is told by this log. A promise that nobody waited for ends nothing; an error from nowhere leaves the process in a state
   * that nobody knows, and it closes.
   */
  logUncaughtErrors(log: Log): void {
    process.on("unhandledRejection", (thrown) =>
      logOnce(log, "A promise failed that nobody waited for.", thrown),
    );
    process.on("uncaughtException", (thrown) => {
      logOnce(log, "An error came from nowhere; this process ends.", thrown);
      process.exitCode = 1;
      void this.stop();
    });
  }

  get isStopping(): boolean {
    return this.#stopping !== undefined;
  }

  /** Runs the command's work; a failure is told in its own words, without a stack, and everything is closed. */
  async run(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!this.#stopping) {
        printError(error instanceof Error ? error.message : error);
        process.exitCode = 1;
      }
      await this.stop();
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#close().finally(() => process.exit());
    return this.#stopping;
  }

  #signalled(): void {
    if (!this.#stopping) {
      this.#since = Date.now();
      void this.stop();
    } else if (Date.now() - this.#since > SIGNAL_REPEAT_MS) {
      this.#since = Number.POSITIVE_INFINITY;
      for (const closer of this.#closers) void closer().catch(() => undefined);
      // What does not even end now is left behind.
      setTimeout(() => process.exit(1), FORCED_EXIT_MS).unref();
    }
  }

  async #close(): Promise<void> {
    stopRunningCommands();
    for (const closer of [...this.#closers].reverse()) {
      try {
        await closer();
      } catch (error) {
        printError(error);
        process.exitCode = 1;
      }
    }
  }
}

/** To whoever started the command, and past the log, which would keep the words back. */
function printError(what: unknown): void {
  process.stderr.write(`${what instanceof Error ? what.stack : String(what)}\n`);
}
