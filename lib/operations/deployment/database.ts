import { TLSSocket } from "node:tls";
import pg from "pg";
import { safeErrorReason } from "../../observability/safe-error-reason";
import { type Finding, createFinding } from "./finding";
import { isLoopback } from "./settings";

export type DatabaseExpectations = {
  /** Names of the migrations that this code needs and a database may not have. Throws in words of ours, without a code, where they cannot be told. */
  listPendingMigrations(databaseUrl: string): Promise<string[]>;
  /** How the addresses of the demo's people end. */
  demoDomain: string;
};

const MIN_POSTGRES_VERSION = 15;
const TIMEOUT_MS = 8_000;

/** Whether the database is there, young enough, spoken to in private, up to date, and without the demo. Changes nothing. */
export async function checkDatabase(url: string, expected: DatabaseExpectations): Promise<Finding[]> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return evaluateDatabase(url, await inspectDatabase(client, url, expected));
  } catch (thrown) {
    return [
      createFinding(
        "database",
        `The database could not be examined: ${safeErrorReason(thrown)}.`,
        "See that DATABASE_URL is right and that this machine may connect.",
      ),
    ];
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * What is so: PostgreSQL's major version, whether this connection is encrypted, migrations that are missing, or why nobody can tell (`stuck`), whether
 * the demo is there.
 */
export type DatabaseState = { version: number; isEncrypted: boolean; missingMigrations: string[]; migrationError?: string; hasDemoPeople: boolean };

async function inspectDatabase(client: pg.Client, url: string, { listPendingMigrations: pending, demoDomain }: DatabaseExpectations): Promise<DatabaseState> {
  // Not pg_stat_ssl: behind a pooler the server tells of the pooler's connection, and this one is ours.
  const encrypted = client.connection.stream instanceof TLSSocket;
  const { rows } = await client.query<{ version: number }>(
    "SELECT current_setting('server_version_num')::int / 10000 AS version",
  );
  const migrations = await readPendingMigrations(pending(url));
  const demo =
    migrations.missingMigrations.length === 0 &&
    migrations.migrationError === undefined &&
    (await client.query('SELECT FROM "User" WHERE right(email, length($1)) = $1 LIMIT 1', [demoDomain]))
      .rowCount !== 0;
  return { version: rows[0]?.version ?? 0, isEncrypted: encrypted, ...migrations, hasDemoPeople: demo };
}

async function readPendingMigrations(pending: Promise<string[]>): Promise<Pick<DatabaseState, "missingMigrations" | "migrationError">> {
  try {
    return { missingMigrations: await pending };
  } catch (thrown) {
    // Errors of the driver and the network have codes, and may quote what is nobody's business.
    if (!(thrown instanceof Error) || "code" in thrown) throw thrown;
    return { missingMigrations: [], migrationError: thrown.message };
  }
}

export function evaluateDatabase(url: string, { version, isEncrypted: encrypted, missingMigrations: missing, migrationError: stuck, hasDemoPeople: demo }: DatabaseState): Finding[] {
  const found: Finding[] = [];
  if (version < MIN_POSTGRES_VERSION)
    found.push(
      createFinding("database-version", `It is PostgreSQL ${version}.`, `Move to PostgreSQL ${MIN_POSTGRES_VERSION} or newer.`),
    );
  found.push(...checkTls(new URL(url), encrypted));
  if (missing.length > 0)
    found.push(
      createFinding(
        "migrations",
        `The database lacks ${missing.join(", ")}.`,
        "`npm run migrate` applies what is missing.",
      ),
    );
  if (stuck !== undefined)
    found.push(createFinding("migrations", stuck, "After that `npm run migrate` applies what is missing."));
  if (demo)
    found.push(
      createFinding(
        "demo-people",
        "The demo's people are in the database, and their passwords are no secret.",
        "Start with a database of its own.",
      ),
    );
  return found;
}

function checkTls({ hostname, searchParams }: URL, encrypted: boolean): Finding[] {
  // A socket's folder, or this machine itself: nobody is in between.
  if (hostname === "" || searchParams.get("host")?.startsWith("/") || isLoopback(`http://${hostname}`))
    return [];
  if (!encrypted)
    return [
      createFinding(
        "database-tls",
        `The way to the database at ${hostname} is not encrypted.`,
        "Add sslmode=verify-full to DATABASE_URL.",
      ),
    ];
  if (searchParams.get("sslmode") !== "no-verify") return [];
  return [
    createFinding(
      "database-tls-unverified",
      `Anybody in between can pretend to be the database at ${hostname}.`,
      "Put sslmode=verify-full into DATABASE_URL, and sslrootcert where the certificate is your own.",
    ),
  ];
}
