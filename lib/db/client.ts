import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { type Log, silentLog } from "../observability/log";
import { safeErrorReason } from "../observability/safe-error-reason";
import { PrismaClient } from "./generated/client";

/**
 * Prisma, and the pool below it for the two statements that every ticket costs (who is asking; the row): 70 us of CPU each instead of 280.
 * Everything else goes through Prisma. docs/decisions/0002-sql-below-prisma.md
 */
export type Db = PrismaClient & { readonly pool: pg.Pool };
/** What runs inside `db.$transaction(async (tx) => ...)`. */
export type Tx = Parameters<Parameters<PrismaClient["$transaction"]>[0]>[0];

/**
 * A client with a pool of its own, which `$disconnect` ends. The time-outs are those of the fault table: a database that does not answer costs a
 * request at most 5 s, and a dead connection is noticed rather than waited for.
 */
export function createDb(
  url: string,
  { connections = 10, log = silentLog }: { connections?: number; log?: Log } = {},
): Db {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 4_000,
    query_timeout: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
  });
  // An idle connection that breaks is dropped by the pool; without a listener it would end the process.
  // It is nobody's, whichever request opened it.
  pool.on("error", (cause) =>
    log.warn("A connection to the database broke.", { request: undefined, reason: safeErrorReason(cause) }),
  );
  const adapter = new PrismaPg(pool, { disposeExternalPool: true });
  const client = new PrismaClient({ adapter });
  const disconnect = client.$disconnect.bind(client);
  return Object.assign(client, {
    pool,
    // Where Prisma itself was never asked it disposes of nothing, and the pool's idle connections would keep a command from ending.
    $disconnect: async () => {
      await disconnect();
      if (!pool.ending) await pool.end();
    },
  });
}
