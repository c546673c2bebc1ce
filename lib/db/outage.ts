/** Prisma: unreachable, timeout, closed, too many connections, pool or transaction timeout. */
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
/** SQLSTATE classes: connection, insufficient resources, operator intervention, system error. */
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
/** Messages of `pg` without a code. */
const OUTAGE_MESSAGES =
  /timeout exceeded when trying to connect|Query read timeout|Connection terminated|Client has encountered a connection error|cannot (use|acquire) .*pool/i;

/** Tells whether a query failed because the database is unavailable, and so changed nothing. */
export function isDatabaseUnavailable(error: unknown): boolean {
  for (const link of errorChain(error)) {
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

/** Yields an error, its causes, and the driver's error in Prisma's `meta`. */
function* errorChain(error: unknown): Generator<object> {
  const seen = new Set<unknown>();
  const queue = [error];
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
