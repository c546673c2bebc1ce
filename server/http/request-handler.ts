import type { IncomingMessage, ServerResponse } from "node:http";

/** Handles one request, as Next's request handler does. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
