import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "./generated/client";

export type Db = PrismaClient;
/** What runs inside `db.$transaction(async (tx) => ...)`. */
export type Tx = Parameters<Parameters<Db["$transaction"]>[0]>[0];

/**
 * A client with a pool of its own. The time-outs are those of the fault table: a database that does not answer costs a
 * request at most 5 s, and a dead connection is noticed rather than waited for.
 */
export function createDb(url: string, { connections = 10 }: { connections?: number } = {}): Db {
  const adapter = new PrismaPg({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 4_000,
    query_timeout: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
  });
  return new PrismaClient({ adapter });
}
