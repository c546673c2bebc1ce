// Declares what the benchmarks use of the packages in bench/package.json. The type check runs
// without those packages, because only `npm run bench` installs them.

declare module "autocannon" {
  export type Request = {
    method: "GET" | "POST";
    path: string;
    headers?: Record<string, string>;
    body?: string;
  };
  export type Options = { url: string; connections: number; duration: number; requests: Request[] };
  export type Result = {
    "2xx": number;
    non2xx: number;
    errors: number;
    /** Seconds. */
    duration: number;
    /** Milliseconds. */
    latency: { p50: number; p99: number };
  };
  export default function autocannon(options: Options): Promise<Result>;
}

declare module "sirv" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  type Options = { brotli: boolean; gzip: boolean; immutable: boolean; maxAge: number };
  export default function sirv(
    folder: string,
    options: Options,
  ): (request: IncomingMessage, response: ServerResponse) => void;
}
