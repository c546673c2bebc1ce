import { TLSSocket } from "node:tls";
import pg from "pg";
import { reasonOf } from "../reason";
import { type Finding, finding } from "./finding";
import { isLoopback } from "./settings";

export type Expected = {
  /** Names of the migrations that this code needs and a database may not have. Throws in words of ours, without a code, where they cannot be told. */
  pending(databaseUrl: string): Promise<string[]>;
  /** How the addresses of the demo's people end. */
  demoDomain: string;
};

const OLDEST = 15;
const PATIENCE = 8_000;

/** Whether the database is there, young enough, spoken to in private, up to date, and without the demo. Changes nothing. */
export async function checkDatabase(url: string, expected: Expected): Promise<Finding[]> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: PATIENCE,
    query_timeout: PATIENCE,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return judge(url, await look(client, url, expected));
  } catch (thrown) {
    return [
      finding(
        "database",
        `The database could not be examined: ${reasonOf(thrown)}.`,
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
export type Seen = { version: number; encrypted: boolean; missing: string[]; stuck?: string; demo: boolean };

async function look(client: pg.Client, url: string, { pending, demoDomain }: Expected): Promise<Seen> {
  // Not pg_stat_ssl: behind a pooler the server tells of the pooler's connection, and this one is ours.
  const encrypted = client.connection.stream instanceof TLSSocket;
  const { rows } = await client.query<{ version: number }>(
    "SELECT current_setting('server_version_num')::int / 10000 AS version",
  );
  const migrations = await recorded(pending(url));
  const demo =
    migrations.missing.length === 0 &&
    migrations.stuck === undefined &&
    (await client.query('SELECT FROM "User" WHERE right(email, length($1)) = $1 LIMIT 1', [demoDomain]))
      .rowCount !== 0;
  return { version: rows[0]?.version ?? 0, encrypted, ...migrations, demo };
}

async function recorded(pending: Promise<string[]>): Promise<Pick<Seen, "missing" | "stuck">> {
  try {
    return { missing: await pending };
  } catch (thrown) {
    // Errors of the driver and the network have codes, and may quote what is nobody's business.
    if (!(thrown instanceof Error) || "code" in thrown) throw thrown;
    return { missing: [], stuck: thrown.message };
  }
}

export function judge(url: string, { version, encrypted, missing, stuck, demo }: Seen): Finding[] {
  const found: Finding[] = [];
  if (version < OLDEST)
    found.push(
      finding("database-version", `It is PostgreSQL ${version}.`, `Move to PostgreSQL ${OLDEST} or newer.`),
    );
  found.push(...privacy(new URL(url), encrypted));
  if (missing.length > 0)
    found.push(
      finding(
        "migrations",
        `The database lacks ${missing.join(", ")}.`,
        "`npm run migrate` applies what is missing.",
      ),
    );
  if (stuck !== undefined)
    found.push(finding("migrations", stuck, "After that `npm run migrate` applies what is missing."));
  if (demo)
    found.push(
      finding(
        "demo-people",
        "The demo's people are in the database, and their passwords are no secret.",
        "Start with a database of its own.",
      ),
    );
  return found;
}

function privacy({ hostname, searchParams }: URL, encrypted: boolean): Finding[] {
  // A socket's folder, or this machine itself: nobody is in between.
  if (hostname === "" || searchParams.get("host")?.startsWith("/") || isLoopback(`http://${hostname}`))
    return [];
  if (!encrypted)
    return [
      finding(
        "database-tls",
        `The way to the database at ${hostname} is not encrypted.`,
        "Add sslmode=verify-full to DATABASE_URL.",
      ),
    ];
  if (searchParams.get("sslmode") !== "no-verify") return [];
  return [
    finding(
      "database-tls-unverified",
      `Anybody in between can pretend to be the database at ${hostname}.`,
      "Put sslmode=verify-full into DATABASE_URL, and sslrootcert where the certificate is your own.",
    ),
  ];
}
