import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Transform } from "node:stream";

export type RecordedRequest = { method: string; path: string; bytesReceived: number; bytesSent: number };

/**
 * Forwards requests from a browser to a server. It counts the bytes of every body in both
 * directions and looks for samples of a file in them. It rewrites Host and Origin, so that the
 * server sees its own address.
 */
export class RecordingProxy {
  readonly #target: URL;
  readonly #server: Server;
  readonly #requests: RecordedRequest[] = [];
  #samples: Buffer[] = [];
  #matches: string[] = [];

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((incoming, outgoing) => this.#forward(incoming, outgoing));
  }

  static async start(target: string): Promise<RecordingProxy> {
    const proxy = new RecordingProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  /** Uses the host name of the server: cookies and the store's CORS rules compare it. */
  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  get requests(): readonly RecordedRequest[] {
    return this.#requests;
  }

  /** Names the requests and responses that carried a sample: "request POST /api/uploads". */
  get sampleMatches(): readonly string[] {
    return this.#matches;
  }

  /** Clears the records and looks for these samples from now on. */
  watchFor(samples: Buffer[]): void {
    this.#samples = samples;
    this.#requests.length = 0;
    this.#matches = [];
  }

  /** Breaks all connections in the middle of what they send, as a dead network does. */
  cut(): void {
    this.#server.closeAllConnections();
  }

  close(): void {
    this.#server.close();
    this.cut();
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const counted = {
      method: incoming.method ?? "",
      path: incoming.url ?? "",
      bytesReceived: 0,
      bytesSent: 0,
    };
    this.#requests.push(counted);
    const headers = { ...incoming.headers, host: this.#target.host };
    if (headers.origin === this.origin) headers.origin = this.#target.origin;
    // Samples are not visible in a compressed body.
    headers["accept-encoding"] = "identity";
    const { hostname, port } = this.#target;
    const onward = request({ hostname, port, method: incoming.method, path: incoming.url, headers });
    onward.on("response", (response) => {
      const { location } = response.headers;
      // The server knows one origin. Local storage would be another site for the page.
      const ours = location?.startsWith(this.#target.origin)
        ? { location: location.replace(this.#target.origin, this.origin) }
        : {};
      outgoing.writeHead(response.statusCode ?? 502, { ...response.headers, ...ours });
      const name = `response ${counted.method} ${counted.path}`;
      response.pipe(this.#counter(name, (bytes) => (counted.bytesSent += bytes))).pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    const name = `request ${counted.method} ${counted.path}`;
    incoming.pipe(this.#counter(name, (bytes) => (counted.bytesReceived += bytes))).pipe(onward);
  }

  #counter(name: string, add: (bytes: number) => void): Transform {
    let tail = Buffer.alloc(0);
    const longest = Math.max(1, ...this.#samples.map(({ length }) => length));
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        add(chunk.length);
        const seen = Buffer.concat([tail, chunk]);
        if (this.#samples.some((sample) => seen.includes(sample))) this.#matches.push(name);
        tail = seen.subarray(Math.max(0, seen.length - longest + 1));
        done(null, chunk);
      },
    });
  }
}

/**
 * Takes 64 samples of 48 bytes, spread over a file. A body that carries the file contains one of
 * them.
 */
export function takeSamples(bytes: Buffer): Buffer[] {
  const [pieces, length] = [64, 48];
  const step = Math.floor((bytes.length - length) / pieces);
  return Array.from({ length: pieces }, (_, index) => bytes.subarray(index * step, index * step + length));
}
