import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { VercelFunction } from "./output";
import { linkFile } from "./project-copy";

/** Milliseconds for one response. */
const TIMEOUT_MS = 30_000;

/** Replaces the platform: a server that passes each request to the function's launcher. */
const HOST_SCRIPT = `
  const launch = require("./___next_launcher.cjs");
  const host = { request: (request, response) => launch(request, response), web: async (request, response) => {
    const url = "https://" + request.headers.host + request.url;
    const { status, headers } = await launch(new Request(url, { method: request.method, headers: request.headers }));
    response.writeHead(status, Object.fromEntries(headers)).end();
  } };
  const server = require("node:http").createServer(host[process.argv[1]]);
  server.listen(0, "127.0.0.1", () => console.log("PORT " + server.address().port));`;

/** Writes the files of a function to a temporary folder, where Node finds no other packages. */
export function unpackFunction({ files, links }: VercelFunction): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "dossier-function-"));
  for (const [name, path] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    linkFile(path, join(folder, name));
  }
  for (const [name, target] of links) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    symlinkSync(target, join(folder, name));
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export type RunningFunction = {
  /** Sends a request as the platform's router does, with the path in `x-matched-path`. */
  request(path: string, options?: RequestInit): Promise<Response>;
  /** Returns what the function has printed. */
  output(): string;
  stop(): Promise<void>;
};

/**
 * Starts the launcher in an unpacked function with only the given settings. Vercel calls the
 * launcher of the proxy with a `Request` ("web"), others with Node's request and response.
 */
export async function startFunction(
  folder: string,
  settings: Record<string, string>,
  shape: "request" | "web" = "request",
): Promise<RunningFunction> {
  const child = spawn(process.execPath, ["-e", HOST_SCRIPT, shape], {
    cwd: folder,
    env: { NODE_ENV: "production", PATH: process.env.PATH, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const port = new Promise<string>((resolve, reject) => {
    const onOutput = (chunk: string) => {
      output += chunk;
      const found = /^PORT (\d+)$/m.exec(output)?.[1];
      if (found) resolve(found);
    };
    child.stdout.setEncoding("utf8").on("data", onOutput);
    child.stderr.setEncoding("utf8").on("data", onOutput);
    child.once("exit", (code) => reject(new Error(`The function ended (${code}).\n${output}`)));
  });
  const base = `http://127.0.0.1:${await port}`;
  return {
    request: (path, { headers, ...options } = {}) =>
      fetch(`${base}${path}`, {
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...options,
        headers: { "x-matched-path": path, ...Object.fromEntries(new Headers(headers)) },
      }),
    output: () => output,
    stop: async () => {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
