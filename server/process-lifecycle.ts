import { logOnce } from "../lib/observability/console";
import type { Log } from "../lib/observability/log";
import { stopRunningCommands } from "./run-command";

type Closer = () => Promise<void>;

// A terminal sends Ctrl-C to the whole process group, and npm and the bootstrap forward it again.
const SIGNAL_REPEAT_MS = 500;
// The time that an embedded database needs for an immediate shutdown.
const FORCED_EXIT_MS = 3_000;

/**
 * Closes what a command has started, in reverse order, when the command fails or receives SIGINT,
 * SIGTERM or SIGHUP. A second Ctrl-C calls every closer again; a closer then stops waiting.
 */
export class ProcessLifecycle {
  readonly #closers: Closer[] = [];
  #stopping: Promise<void> | undefined;
  #signalledAt = 0;

  constructor() {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.on(signal, () => this.#handleSignal());
  }

  /** Registers a closer. Calls it at once if the process is already stopping. */
  async addCloser(closer: Closer): Promise<void> {
    this.#closers.push(closer);
    if (this.#stopping) await closer();
  }

  /**
   * Logs uncaught errors from now on. An unhandled rejection ends nothing. After an uncaught
   * exception the state of the process is unknown, so the process stops.
   */
  logUncaughtErrors(log: Log): void {
    process.on("unhandledRejection", (error) => logOnce(log, "Unhandled promise rejection.", error));
    process.on("uncaughtException", (error) => {
      logOnce(log, "Uncaught exception; this process stops.", error);
      process.exitCode = 1;
      void this.stop();
    });
  }

  get isStopping(): boolean {
    return this.#stopping !== undefined;
  }

  /** Runs the command's work. On a failure it prints the message without a stack and stops. */
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

  #handleSignal(): void {
    if (!this.#stopping) {
      this.#signalledAt = Date.now();
      void this.stop();
    } else if (Date.now() - this.#signalledAt > SIGNAL_REPEAT_MS) {
      this.#signalledAt = Number.POSITIVE_INFINITY;
      for (const closer of this.#closers) void closer().catch(() => undefined);
      // Exits even if a closer does not end now.
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

/** Prints to stderr for the operator. The log would leave out the error's message. */
function printError(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
}
