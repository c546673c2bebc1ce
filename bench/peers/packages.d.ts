// Declares what the benchmarks use of the packages in bench/package.json. The type check runs
// without those packages, because only `npm run bench` installs them.

declare module "autocannon" {
  export type Request = {
    method: "GET" | "POST";
    path: string;
    headers?: Record<string, string>;
    body?: string;
  };
  export type Options = { url: string; connections: number; requests: Request[] } & (
    | { /** Seconds. */ duration: number }
    | { /** Of requests. */ amount: number }
  );
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

declare module "@better-upload/server" {
  export type Router = { client: unknown; bucketName: string; routes: Record<string, unknown> };
  export class RejectUpload extends Error {}
  export function route(options: {
    fileTypes: string[];
    maxFileSize: number;
    onBeforeUpload(call: {
      req: Request;
      file: { name: string; size: number; type: string };
    }): Promise<{ objectInfo: { key: string } }>;
  }): unknown;
}

declare module "@better-upload/server/adapters/next" {
  export function toRouteHandler(router: object): { POST(request: Request): Promise<Response> };
}

declare module "@better-upload/server/clients" {
  export function custom(options: {
    host: string;
    accessKeyId: string;
    secretAccessKey: string;
    region: string;
    secure: boolean;
    forcePathStyle: boolean;
  }): unknown;
}
