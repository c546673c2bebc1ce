import { type ChildProcess, fork } from "node:child_process";
import { Socket } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { DecoderRequest, DecoderResponse } from "./decoder-messages";

/**
 * Compiled from `decoder-program.ts` by `server/compile-decoder.mjs`; next.config.js includes it.
 */
const PROGRAM_FILE = join(/* turbopackIgnore: true */ process.cwd(), ".decoder/program.mjs");

/** PDFium may have 8192 pages of 64 KiB, which is 512 MiB. */
const NODE_FLAGS = ["--wasm-max-mem-pages=8192", "--max-old-space-size=192", "--no-warnings"];
const MAX_ERROR_OUTPUT = 2000;

/** The bytes of a file: in memory, or as the store sends them. */
export type DecoderInput = Buffer | { size: number; stream: Readable };

/**
 * A process that runs decoder jobs, one after another. It keeps the current process alive only
 * during a job, and ends with it.
 */
export class DecoderProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #hasEnded = false;
  /** The watchdog writes here which limit the job has reached. */
  #output = "";
  #errorOutput = "";

  constructor() {
    const child = fork(/* turbopackIgnore: true */ PROGRAM_FILE, [], {
      serialization: "advanced",
      execArgv: NODE_FLAGS,
      // It gets no setting and no secret.
      env: { NODE_ENV: "production" },
      stdio: ["pipe", "pipe", "pipe", "ipc"],
    });
    this.#child = child;
    child.stdout?.on("data", (text) => {
      this.#output += text;
    });
    child.stderr?.on("data", (text) => {
      this.#errorOutput = (this.#errorOutput + text).slice(-MAX_ERROR_OUTPUT);
    });
    // A broken pipe: the process has ended, and its end says why.
    child.stdin?.on("error", () => undefined);
    this.#exited = new Promise((resolve) => child.once("exit", resolve).on("error", resolve)).then(() => {
      this.#hasEnded = true;
    });
    this.#keepAlive(false);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  kill(): void {
    this.#hasEnded = true;
    this.#child.kill("SIGKILL");
  }

  /**
   * Runs one job. A failure of the process is a response; it has ended then. Rejects only with the
   * error of the input's stream.
   */
  async run(
    request: Omit<DecoderRequest, "size">,
    input: DecoderInput,
    timeoutMs: number,
  ): Promise<DecoderResponse> {
    const { promise, resolve, reject } = Promise.withResolvers<DecoderResponse>();
    const child = this.#child;
    const onMessage = (response: unknown) => resolve(response as DecoderResponse);
    // This follows "exit" when all output is read.
    const onClose = (...end: [number | null, NodeJS.Signals | null]) => resolve(this.#explainEnd(...end));
    const onError = ({ message }: Error) => resolve(failed(message));
    const timer = setTimeout(() => resolve(failed(`it did not respond for ${timeoutMs} ms`)), timeoutMs);
    child.on("message", onMessage).on("close", onClose).on("error", onError);
    this.#keepAlive(true);
    try {
      if (this.#hasEnded) return failed("it has ended");
      const size = Buffer.isBuffer(input) ? input.length : input.size;
      child.send({ ...request, size } satisfies DecoderRequest, () => undefined);
      this.#send(input).catch(reject);
      const response = await promise;
      if (response.kind === "failed" || response.kind === "limit" || response.isLast) this.kill();
      return response;
    } catch (error) {
      // It still waits for the rest of the bytes.
      this.kill();
      throw error;
    } finally {
      clearTimeout(timer);
      if (!Buffer.isBuffer(input)) input.stream.destroy();
      child.off("message", onMessage).off("close", onClose).off("error", onError);
      this.#keepAlive(false);
    }
  }

  /** Sends the bytes of the input as fast as the process reads them. */
  async #send(input: DecoderInput): Promise<void> {
    const { stdin } = this.#child;
    if (Buffer.isBuffer(input)) {
      if (input.length > 0) stdin?.write(input);
      return;
    }
    let sent = 0;
    for await (const chunk of input.stream) {
      sent += chunk.length;
      if (this.#hasEnded || sent > input.size) break;
      if (stdin?.write(chunk) === false)
        await Promise.race([new Promise((resolve) => stdin.once("drain", resolve)), this.#exited]);
    }
    if (!this.#hasEnded && sent !== input.size) throw new Error("The stored object has another size.");
  }

  #explainEnd(code: number | null, signal: NodeJS.Signals | null): DecoderResponse {
    const limit = this.#output;
    if (limit === "memory" || limit === "time") return { kind: "limit", limit };
    return failed(`it ended (${signal ?? code}) ${this.#errorOutput}`.trim());
  }

  #keepAlive(isAlive: boolean): void {
    const child = this.#child;
    const pipes = [child.stdin, child.stdout, child.stderr].filter((pipe) => pipe instanceof Socket);
    for (const handle of [child, child.channel, ...pipes]) isAlive ? handle?.ref() : handle?.unref();
  }
}

function failed(reason: string): DecoderResponse {
  return { kind: "failed", reason: `A decoder process failed: ${reason}` };
}
