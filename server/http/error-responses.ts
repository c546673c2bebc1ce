import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { Problem } from "../../lib/errors";
import type { TransportPolicy } from "../../lib/security-headers";
import { formatEmptyResponse, lockedDownHeaders } from "./security-headers";

/** By the error code of Node's parser: https://nodejs.org/api/http.html#event-clienterror */
const PARSER_ERROR_STATUS = new Map([
  ["HPE_HEADER_OVERFLOW", "431 Request Header Fields Too Large"],
  ["ERR_HTTP_REQUEST_TIMEOUT", "408 Request Timeout"],
]);

/** The methods of handlers and pages. Next answers any other one with 500. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const ALLOW = { Allow: METHODS.join(", ") };
const NOT_ALLOWED = "405 Method Not Allowed";
/** A request line whose method Node does not know. Other bytes are no HTTP. */
const REQUEST_LINE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ \S+ HTTP\/1\.[01]\r?\n/;

/**
 * Responds to bytes that are no valid HTTP request, and closes the connection. While an earlier
 * request of the connection has no complete response, it only closes: an error would become part of
 * that response.
 */
export function rejectMalformed(
  error: NodeJS.ErrnoException & { rawPacket?: Buffer },
  socket: Duplex,
  { transport, isResponding }: { transport: TransportPolicy; isResponding: boolean },
): void {
  if (error.code === "ECONNRESET" || !socket.writable || isResponding) {
    socket.destroy();
    return;
  }
  if (error.code === "HPE_INVALID_METHOD" && REQUEST_LINE.test(error.rawPacket?.toString("latin1") ?? ""))
    rejectMethod(socket, transport);
  else
    socket.end(
      formatEmptyResponse(PARSER_ERROR_STATUS.get(error.code ?? "") ?? "400 Bad Request", transport),
    );
}

/** Responds to a request whose body does not arrive in time, and closes the connection. */
export function rejectSlowBody(socket: Duplex, response: ServerResponse, transport: TransportPolicy): void {
  if (response.headersSent) socket.destroy();
  else socket.end(formatEmptyResponse("408 Request Timeout", transport), () => socket.destroy());
}

/** Responds to CONNECT and to methods that Node does not know, and closes the connection. */
export function rejectMethod(socket: Duplex, transport: TransportPolicy): void {
  socket.end(formatEmptyResponse(NOT_ALLOWED, transport, ALLOW));
}

export function isSupportedMethod(method: string | undefined): boolean {
  return METHODS.includes(method ?? "");
}

const ERROR_BODIES = {
  400: { type: "about:blank", title: "The URL is not valid", status: 400 },
  405: new Problem("method_not_allowed", `This URL supports at most ${METHODS.join(", ")}.`),
  417: { type: "about:blank", title: "The Expect header is not supported", status: 417 },
  500: new Problem("internal", "Something went wrong on our side. Nothing was lost; please try again."),
};

/** Sends an error that the server detects before a route, as problem+json. */
export function sendError(
  response: ServerResponse,
  status: keyof typeof ERROR_BODIES,
  transport: TransportPolicy,
): void {
  const problem = ERROR_BODIES[status];
  response.writeHead(status, {
    "Content-Type": "application/problem+json",
    ...lockedDownHeaders(transport),
    ...(status === 405 ? ALLOW : {}),
    Connection: "close",
  });
  response.end(JSON.stringify(problem));
}
