import { TLSSocket } from "node:tls";
import pg from "pg";
import type { RetentionRule } from "../../db/generated/client";
import { safeErrorReason } from "../../observability/safe-error-reason";
import { findUnconfirmedRules, type UnconfirmedRule } from "../../retention/rule-changes";
import type { Finding } from "../finding";
import { createFinding } from "./rules";
import { isLoopback } from "./settings";

export type DatabaseExpectations = {
  /**
   * Names the migrations that this code needs and the database lacks. Throws an error without a
   * code, with a message for the operator, if an earlier migration did not finish.
   */
  listPendingMigrations(databaseUrl: string): Promise<string[]>;
};

const MIN_POSTGRES_VERSION = 15;
const TIMEOUT_MS = 8_000;

/**
 * Checks that the database responds, its version, encryption and migrations, and that the demo is
 * absent.
 */
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
  } catch (error) {
    return [
      createFinding(
        "database",
        `The database could not be checked: ${safeErrorReason(error)}.`,
        "Check that DATABASE_URL is right and that this machine may connect.",
      ),
    ];
  } finally {
    await client.end().catch(() => undefined);
  }
}

export type DatabaseState = {
  /** PostgreSQL's major version. */
  version: number;
  /** Whether this connection is encrypted. */
  isEncrypted: boolean;
  missingMigrations: string[];
  /** Why the missing migrations are unknown. */
  migrationError?: string;
  hasDemoPeople: boolean;
  unconfirmedRules: UnconfirmedRule[];
};

async function inspectDatabase(
  client: pg.Client,
  url: string,
  { listPendingMigrations }: DatabaseExpectations,
): Promise<DatabaseState> {
  // Not pg_stat_ssl: behind a pooler it describes the pooler's connection, not this one.
  const isEncrypted = client.connection.stream instanceof TLSSocket;
  const { rows } = await client.query<{ version: number }>(
    "SELECT current_setting('server_version_num')::int / 10000 AS version",
  );
  const migrations = await readPendingMigrations(listPendingMigrations(url));
  const isMigrated = migrations.missingMigrations.length === 0 && migrations.migrationError === undefined;
  const hasDemoPeople =
    isMigrated && (await client.query('SELECT FROM "User" WHERE demo LIMIT 1')).rowCount !== 0;
  const unconfirmedRules = isMigrated
    ? findUnconfirmedRules((await client.query<RetentionRule>('SELECT * FROM "RetentionRule"')).rows)
    : [];
  return { version: rows[0]?.version ?? 0, isEncrypted, ...migrations, hasDemoPeople, unconfirmedRules };
}

async function readPendingMigrations(
  pending: Promise<string[]>,
): Promise<Pick<DatabaseState, "missingMigrations" | "migrationError">> {
  try {
    return { missingMigrations: await pending };
  } catch (error) {
    // Errors of the driver and the network have codes, and their messages may contain secrets.
    if (!(error instanceof Error) || "code" in error) throw error;
    return { missingMigrations: [], migrationError: error.message };
  }
}

export function evaluateDatabase(url: string, state: DatabaseState): Finding[] {
  const { version, missingMigrations, migrationError } = state;
  const findings: Finding[] = [];
  if (version < MIN_POSTGRES_VERSION)
    findings.push(
      createFinding(
        "database-version",
        `The database is PostgreSQL ${version}.`,
        `Upgrade to PostgreSQL ${MIN_POSTGRES_VERSION} or newer.`,
      ),
    );
  findings.push(...checkTls(new URL(url), state.isEncrypted));
  if (missingMigrations.length > 0)
    findings.push(
      createFinding(
        "migrations",
        `The database lacks the migrations ${missingMigrations.join(", ")}.`,
        "Run `npm run migrate` to apply them.",
      ),
    );
  if (migrationError !== undefined)
    findings.push(
      createFinding(
        "migrations",
        migrationError,
        "After that, run `npm run migrate` to apply what is missing.",
      ),
    );
  if (state.hasDemoPeople)
    findings.push(
      createFinding(
        "demo-people",
        "The database contains the demo's people, and their passwords are public.",
        "Use an empty database.",
      ),
    );
  findings.push(...state.unconfirmedRules.map(describeUnconfirmedRule));
  return findings;
}

function describeUnconfirmedRule({ field, reason }: UnconfirmedRule): Finding {
  return reason === "undeclared"
    ? createFinding(
        "retention-rule",
        `The field ${field} is no longer declared. Its last retention rule stays in force for its files.`,
        "Nothing to do, if that is intended. Declare the field again to change its rule.",
      )
    : createFinding(
        "retention-rule",
        `The declared retention rule of ${field} is not in force: no admin has confirmed it.`,
        "Open /admin/retention/rules: it shows which files the change concerns.",
      );
}

function checkTls({ hostname, searchParams }: URL, isEncrypted: boolean): Finding[] {
  // A Unix socket or this machine: there is no network to listen on.
  if (hostname === "" || searchParams.get("host")?.startsWith("/") || isLoopback(`http://${hostname}`))
    return [];
  if (!isEncrypted)
    return [
      createFinding(
        "database-tls",
        `The connection to the database at ${hostname} is not encrypted.`,
        "Add sslmode=verify-full to DATABASE_URL.",
      ),
    ];
  if (searchParams.get("sslmode") !== "no-verify") return [];
  return [
    createFinding(
      "database-tls-unverified",
      `The certificate of the database at ${hostname} is not verified: an attacker on the network can impersonate it.`,
      "Set sslmode=verify-full in DATABASE_URL, and sslrootcert if the certificate is self-signed.",
    ),
  ];
}
