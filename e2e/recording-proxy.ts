import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Transform } from "node:stream";

export type RecordedRequest = { method: string; path: string; bytesReceived: number; bytesSent: number };

/**
 * A line of its own between a browser and a server, on a port of this machine: counts the bytes of every body in both directions, looks for
 * samples of a file in them, and can be held. Addresses and origins are rewritten, so that the server takes it for what stands behind it.
 */
export class RecordingProxy {
  readonly #target: URL;
  readonly #server: Server;
  readonly #requests: RecordedRequest[] = [];
  #samples: Buffer[] = [];
  #found: string[] = [];

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((incoming, outgoing) => this.#carry(incoming, outgoing));
  }

  static async start(target: string): Promise<RecordingProxy> {
    const line = new RecordingProxy(target);
    await new Promise<void>((done) => line.#server.listen(0, "127.0.0.1", done));
    return line;
  }

  /** By name, as the server itself is reached: cookies and the store's list of origins go by it. */
  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  get requests(): readonly RecordedRequest[] {
    return this.#requests;
  }

  /** Where one of the samples went by: "request POST /api/uploads". */
  get sampleMatches(): readonly string[] {
    return this.#found;
  }

  /** Begins anew, and looks for these from now on. */
  watchFor(samples: Buffer[]): void {
    this.#samples = samples;
    this.#requests.length = 0;
    this.#found = [];
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #carry(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const counted = { method: incoming.method ?? "", path: incoming.url ?? "", received: 0, sent: 0 };
    this.#requests.push(counted);
    const headers = { ...incoming.headers, host: this.#target.host };
    if (headers.origin === this.origin) headers.origin = this.#target.origin;
    // As it is, so that samples can be found in it.
    headers["accept-encoding"] = "identity";
    const { hostname, port } = this.#target;
    const onward = request({ hostname, port, method: incoming.method, path: incoming.url, headers });
    onward.on("response", (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      const name = `response ${counted.method} ${counted.path}`;
      answer.pipe(this.#counter(name, (bytes) => (counted.sent += bytes))).pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    const name = `request ${counted.method} ${counted.path}`;
    incoming.pipe(this.#counter(name, (bytes) => (counted.received += bytes))).pipe(onward);
  }

  #counter(name: string, add: (bytes: number) => void): Transform {
    let tail = Buffer.alloc(0);
    const longest = Math.max(1, ...this.#samples.map(({ length }) => length));
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        add(chunk.length);
        const seen = Buffer.concat([tail, chunk]);
        if (this.#samples.some((sample) => seen.includes(sample))) this.#found.push(name);
        tail = seen.subarray(Math.max(0, seen.length - longest + 1));
        done(null, chunk);
      },
    });
  }
}

/** Pieces of a file, spread over it: whoever carries the file carries one of them. */
export function takeSamples(bytes: Buffer): Buffer[] {
  const [pieces, length] = [64, 48];
  const step = Math.floor((bytes.length - length) / pieces);
  return Array.from({ length: pieces }, (_, index) => bytes.subarray(index * step, index * step + length));
}
