import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { Problem } from "../../lib/errors";
import { formatEmptyResponse, lockedDownHeaders } from "./security-headers";

/** By the error code of Node's parser: https://nodejs.org/api/http.html#event-clienterror */
const PARSER_ERROR_STATUS = new Map([
  ["HPE_HEADER_OVERFLOW", "431 Request Header Fields Too Large"],
  ["ERR_HTTP_REQUEST_TIMEOUT", "408 Request Timeout"],
]);

/** Responds to bytes that are no valid HTTP request, and closes the connection. */
export function rejectMalformed(error: NodeJS.ErrnoException, socket: Duplex, https: boolean): void {
  if (error.code !== "ECONNRESET" && socket.writable)
    socket.end(
      formatEmptyResponse(PARSER_ERROR_STATUS.get(error.code ?? "") ?? "400 Bad Request", { https }),
    );
  else socket.destroy();
}

const ERROR_BODIES = {
  400: { type: "about:blank", title: "The URL is not valid", status: 400 },
  417: { type: "about:blank", title: "The Expect header is not supported", status: 417 },
  500: new Problem("internal", "Something went wrong on our side. Nothing was lost; please try again."),
};

/** Sends an error that the server detects before a route, as problem+json. */
export function sendError(response: ServerResponse, status: keyof typeof ERROR_BODIES, https: boolean): void {
  const problem = ERROR_BODIES[status];
  response.writeHead(status, {
    "Content-Type": "application/problem+json",
    ...lockedDownHeaders({ https }),
    Connection: "close",
  });
  response.end(JSON.stringify(problem));
}
