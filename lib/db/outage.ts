/** Prisma: unreachable, timed out, closed, too many connections, pool exhausted, transaction not started or timed out. */
const PRISMA_CODES = new Set([
  "P1000",
  "P1001",
  "P1002",
  "P1003",
  "P1008",
  "P1011",
  "P1017",
  "P2024",
  "P2028",
  "P2037",
]);
/** SQLSTATE classes: connection exception, insufficient resources, operator intervention, system error. */
const SQLSTATE_CLASSES = ["08", "53", "57", "58"];
const SOCKET_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);
/** What `pg` says without a code. */
const OUTAGE_MESSAGES =
  /timeout exceeded when trying to connect|Query read timeout|Connection terminated|Client has encountered a connection error|cannot (use|acquire) .*pool/i;

/** True where a failed query means that the database was not there (and so nothing was changed), false for a defect of the query. */
export function isDatabaseUnavailable(thrown: unknown): boolean {
  for (const link of errorChain(thrown)) {
    const code = "code" in link ? link.code : "originalCode" in link ? link.originalCode : undefined;
    if (typeof code === "string") {
      if (PRISMA_CODES.has(code) || SOCKET_CODES.has(code)) return true;
      if (/^[0-9A-Z]{5}$/.test(code) && SQLSTATE_CLASSES.includes(code.slice(0, 2))) return true;
    }
    const message =
      "message" in link ? link.message : "originalMessage" in link ? link.originalMessage : undefined;
    if (typeof message === "string" && OUTAGE_MESSAGES.test(message)) return true;
    const kind = "kind" in link ? link.kind : undefined;
    if (
      kind === "DatabaseNotReachable" ||
      kind === "ConnectionClosed" ||
      kind === "SocketTimeout" ||
      kind === "TooManyConnections"
    )
      return true;
  }
  return false;
}

/** An error, its causes, and the driver's error that Prisma keeps in `meta`. */
function* errorChain(thrown: unknown): Generator<object> {
  const seen = new Set<unknown>();
  const queue = [thrown];
  while (queue.length > 0 && seen.size < 12) {
    const next = queue.shift();
    if (typeof next !== "object" || next === null || seen.has(next)) continue;
    seen.add(next);
    yield next;
    if ("cause" in next) queue.push(next.cause);
    if (
      "meta" in next &&
      typeof next.meta === "object" &&
      next.meta !== null &&
      "driverAdapterError" in next.meta
    ) {
      queue.push(next.meta.driverAdapterError);
    }
    if ("errors" in next && Array.isArray(next.errors)) queue.push(...next.errors);
  }
}
