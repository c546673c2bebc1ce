import pg from "pg";

const GIVEN =
  "Ada Alan Amara Ben Chen Dina Edsger Farah Grace Hedy Ines Joan Karim Lena Mary Nils Olga Per Rosa Zoë";
const FAMILY =
  "Adeyemi Becker Castro Diaz Eriksen Fischer Garcia Hopper Ito Jansen Khan Lovelace Moreau Nowak Okafor";

/** Of a hundred people in a row, so many have left. */
const LEFT_PERCENT = 10;
const REVIEWERS = 200;
const SUSPENDED = 50;

export type SeededPeople = {
  adminId: string;
  /** A reviewer who opened many documents, and a member whose documents were opened. */
  reviewerId: string;
  memberId: string;
};

/**
 * Fills an empty, migrated database with people, documents of each tenth and an access log. The
 * first person is an admin, and the newest people have left.
 */
export async function seedPeople(
  databaseUrl: string,
  { people, accesses }: { people: number; accesses: number },
): Promise<SeededPeople> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("SET synchronous_commit = off");
    // No trigger and no foreign key runs for each row. The texts of the search follow in one go.
    await client.query("SET session_replication_role = replica");
    await client.query(
      `INSERT INTO "User" (id, name, email, handle, role, "suspendedAt", "leftAt", "createdAt", "updatedAt")
       SELECT ${idOf("n", "1")},
              ${wordOf(GIVEN, "n")} || ' ' || ${wordOf(FAMILY, "n / 20")} || ' ' || n,
              'person' || n || '@' || CASE WHEN n % 5000 = 0 THEN 'rare' ELSE 'school' END || '.example', 'handle-' || n,
              CASE WHEN n = 1 THEN 'admin' WHEN n <= 1 + ${REVIEWERS} THEN 'reviewer' ELSE 'member' END::"Role",
              CASE WHEN n > 1000 AND n <= 1000 + ${SUSPENDED} THEN now() END,
              CASE WHEN n > $1 * ${(100 - LEFT_PERCENT) / 100} THEN now() END, ${timeOf("n")}, now()
       FROM generate_series(1, $1::int) AS n`,
      [people],
    );
    await client.query(
      `INSERT INTO "PersonTerm" ("userId", term, "hasLeft")
       SELECT id, term, "leftAt" IS NOT NULL FROM "User", "termsOfPerson"(name, email, handle) AS term`,
    );
    await client.query(
      `INSERT INTO "Grant" ("userId", field)
       SELECT id, field FROM "User", unnest(ARRAY['dbsCertificate', 'medicalLetter']) AS field WHERE role = 'reviewer'`,
    );
    await client.query(
      `INSERT INTO "Session" (id, token, "userId", "expiresAt", "updatedAt")
       SELECT id, id::text, id, now() + interval '1 day', now() FROM "User" WHERE "leftAt" IS NULL AND "suspendedAt" IS NULL`,
    );
    await client.query(
      `INSERT INTO "File" (id, "ownerId", field, name, type, size, sha256, prefix, visibility, status, "createdAt")
       SELECT ${idOf("n", "2")}, ${idOf("n * 10", "1")}, 'dbsCertificate', 'a.pdf', 'application/pdf', 1000,
              repeat('A', 43) || '=', n || '/', 'private', 'submitted', ${timeOf("n")}
       FROM generate_series(1, $1::int / 10) AS n`,
      [people],
    );
    await client.query(
      `INSERT INTO "Access" (id, "fileId", "byId", "byName", "byRole", intent, at)
       SELECT ${idOf("n", "3")}, ${idOf(`1 + n % ($1::int / 10)`, "2")}, ${idOf(`2 + n % ${REVIEWERS}`, "1")}, 'Reviewer',
              'reviewer', 'view', ${timeOf("n")}
       FROM generate_series(1, $2::int) AS n`,
      [people, accesses],
    );
    await client.query("VACUUM (ANALYZE)");
    const { rows } = await client.query(
      `SELECT ${idOf("1", "1")} AS "adminId", ${idOf("2", "1")} AS "reviewerId", ${idOf("10", "1")} AS "memberId"`,
    );
    return rows[0];
  } finally {
    await client.end();
  }
}

/** Builds an expression that picks one of the words by a number. */
function wordOf(words: string, n: string): string {
  const list = words.split(" ");
  return `(ARRAY[${list.map((word) => `'${word}'`).join(", ")}])[1 + (${n}) % ${list.length}]`;
}

function timeOf(n: string): string {
  return `timestamptz '2024-01-01' + interval '1 minute' * (${n})`;
}

/** Builds a UUID from a number. `kind` separates the ids of different tables. */
function idOf(n: string, kind: string): string {
  return `(lpad(to_hex(${n}), 8, '0') || '-0000-7000-8000-00000000000${kind}')::uuid`;
}
