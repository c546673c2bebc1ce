import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { Problem } from "../../lib/errors";
import { bareAnswer, guardsOf } from "./guards";

/** What Node's parser refuses, by the code of its error. https://nodejs.org/api/http.html#event-clienterror */
const BROKEN = new Map([
  ["HPE_HEADER_OVERFLOW", "431 Request Header Fields Too Large"],
  ["ERR_HTTP_REQUEST_TIMEOUT", "408 Request Timeout"],
]);

/** What is no HTTP gets the few bytes that its sender may understand. */
export function refuseBroken(error: NodeJS.ErrnoException, socket: Duplex, https: boolean): void {
  if (error.code !== "ECONNRESET" && socket.writable)
    socket.end(bareAnswer(BROKEN.get(error.code ?? "") ?? "400 Bad Request", { https }));
  else socket.destroy();
}

const REFUSALS = {
  400: { type: "about:blank", title: "This is not an address", status: 400 },
  417: { type: "about:blank", title: "Nothing else is expected here", status: 417 },
  500: new Problem("internal", "Something went wrong on our side. Nothing was lost; please try again."),
};

/** What no route should have to think of. */
export function refuse(response: ServerResponse, status: keyof typeof REFUSALS, https: boolean): void {
  const problem = REFUSALS[status];
  response.writeHead(status, {
    "Content-Type": "application/problem+json",
    ...guardsOf({ https }),
    Connection: "close",
  });
  response.end(JSON.stringify(problem));
}
