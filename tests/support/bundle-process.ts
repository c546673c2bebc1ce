import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";

/** An account that owns nothing, as in the image: to it everything of a bundle is read-only, and it has neither name nor home. */
export const UNPRIVILEGED_UID = 10_001;

/** What runs from a bundle, with these settings and no others, as somebody who owns nothing of it. */
export class BundleProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  output = "";

  constructor(node: string, folder: string, args: string[], settings: Record<string, string>) {
    this.#child = spawn(node, [join(folder, "bin/dossier.mjs"), ...args], {
      // From elsewhere: it finds its own folder.
      cwd: "/",
      env: { NODE_ENV: "production", PATH: "/usr/bin:/bin", ...settings },
      stdio: ["ignore", "pipe", "pipe"],
      ...(process.getuid?.() === 0 ? { uid: UNPRIVILEGED_UID, gid: UNPRIVILEGED_UID } : {}),
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
        this.#child.emit("said");
      });
    this.#ended = once(this.#child, "close").then(([code]: (number | null)[]) => code ?? null);
  }

  /** Resolves when it has said this. Rejects, with everything that it said, where it ends before. */
  async waitForOutput(words: string): Promise<void> {
    const over = this.#ended.then((code) => {
      throw new Error(`It ended (${code}) and had not said "${words}".\n${this.output}`);
    });
    over.catch(() => undefined);
    while (!this.output.includes(words)) await Promise.race([once(this.#child, "said"), over]);
  }

  /** The exit code, when it has ended by itself. */
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

/** A port that nobody listens on now. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (!address || typeof address === "string") throw new Error("There is no port.");
  return address.port;
}
