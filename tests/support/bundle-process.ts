import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** The account of the image. It has no name and no home, and cannot write to the bundle. */
export const UNPRIVILEGED_UID = 10_001;

/** A command of a bundle, with only the given settings, under UNPRIVILEGED_UID if possible. */
export class BundleProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  output = "";

  constructor(node: string, folder: string, args: string[], settings: Record<string, string>) {
    this.#child = spawn(node, [join(folder, "bin/dossier.mjs"), ...args], {
      // The bundle must find its own folder.
      cwd: "/",
      env: { NODE_ENV: "production", PATH: "/usr/bin:/bin", ...settings },
      stdio: ["ignore", "pipe", "pipe"],
      ...(process.getuid?.() === 0 ? { uid: UNPRIVILEGED_UID, gid: UNPRIVILEGED_UID } : {}),
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
        this.#child.emit("output");
      });
    this.#ended = once(this.#child, "close").then(([code]: (number | null)[]) => code ?? null);
  }

  /** Waits for `text` in the output. Rejects with the whole output if the process ends before. */
  async waitForOutput(text: string): Promise<void> {
    const failed = this.#ended.then((code) => {
      throw new Error(`The process ended (${code}) and did not print "${text}".\n${this.output}`);
    });
    failed.catch(() => undefined);
    while (!this.output.includes(text)) await Promise.race([once(this.#child, "output"), failed]);
  }

  /** Resolves to the exit code. */
  waitForExit(): Promise<number | null> {
    return this.#ended;
  }

  sendSignal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  kill(): Promise<number | null> {
    this.#child.kill("SIGKILL");
    return this.#ended;
  }
}
