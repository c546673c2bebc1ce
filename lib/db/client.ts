import { PrismaPg } from "@prisma/adapter-pg";
import { attachDatabasePool } from "@vercel/functions/db-connections";
import pg from "pg";
import { type Log, silentLog } from "../observability/log";
import { safeErrorReason } from "../observability/safe-error-reason";
import { PrismaClient } from "./generated/client";

/**
 * Prisma, and its pool for the two statements of every ticket: each costs 70 us of CPU instead of
 * 280. All other code uses Prisma. docs/decisions/0002-sql-below-prisma.md
 */
export type Db = PrismaClient & { readonly pool: pg.Pool };
/** The client inside `db.$transaction(async (tx) => ...)`. */
export type Tx = Parameters<Parameters<PrismaClient["$transaction"]>[0]>[0];

type DbOptions = {
  /** The most connections at a time. */
  connections?: number;
  log?: Log;
  /** Vercel freezes a process between requests. It then closes idle connections first. */
  onVercel?: boolean;
};

/**
 * The server cancels a statement before the client gives up on it. Otherwise it would work on,
 * hold its locks and perhaps commit after the response "nothing was changed". Milliseconds.
 */
const STATEMENT_TIMEOUT_MS = 4_500;
const QUERY_TIMEOUT_MS = 5_000;

/**
 * Creates a client with its own pool, which `$disconnect` ends. A database that does not respond
 * costs a request at most 5 s.
 */
export function createDb(
  url: string,
  { connections = 10, log = silentLog, onVercel = false }: DbOptions = {},
): Db {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 4_000,
    query_timeout: QUERY_TIMEOUT_MS,
    idleTimeoutMillis: onVercel ? 5_000 : 30_000,
    keepAlive: true,
    // Not a parameter of the connection: PgBouncer rejects those that it does not know.
    onConnect: (client) => client.query(`SET statement_timeout = ${STATEMENT_TIMEOUT_MS}`),
  });
  // The database would close the connections of a frozen process: the next request would fail.
  if (onVercel) attachDatabasePool(pool);
  // Without a listener a broken idle connection would end the process. The pool drops it. The line
  // names no request: a connection serves many.
  pool.on("error", (error) =>
    log.warn("A connection to the database broke.", { request: undefined, reason: safeErrorReason(error) }),
  );
  const adapter = new PrismaPg(pool, { disposeExternalPool: true });
  const client = new PrismaClient({ adapter });
  const disconnect = client.$disconnect.bind(client);
  return Object.assign(client, {
    pool,
    // Prisma does not end a pool that it never used. Idle connections would keep a command alive.
    $disconnect: async () => {
      await disconnect();
      if (!pool.ending) await pool.end();
    },
  });
}
