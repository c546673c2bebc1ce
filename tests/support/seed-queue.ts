import pg from "pg";
import type { FileStatus } from "../../lib/db/generated/enums";

/** Of a hundred documents in a row, so many have this status. The rows lie mixed. */
const SHARES: [FileStatus, number][] = [
  ["submitted", 60],
  ["approved", 20],
  ["changes_requested", 6],
  ["rejected", 6],
  ["superseded", 4],
  ["expired", 4],
];
/** Of the rarer field: one document in two hundred, and none of them rejected. */
const RARE_EVERY = 211;
const MEMBERS = 20_000;
/** The oldest waiting documents, which other reviewers have claimed. */
const CLAIMED = 400;

/** The oldest documents, whose approvals have lapsed and are not marked yet. */
const LAPSED = 2000;

export type SeededQueue = {
  /** Reviews both fields. */
  reviewerId: string;
  /** Position of a submitted document in the middle, as `[createdAt, id]`. */
  middle: [string, string];
};

/**
 * Fills an empty, migrated database with documents of many members, a minute apart. Every
 * document that was decided has a decision. The oldest approvals have lapsed since the last sweep.
 */
export async function seedQueue(databaseUrl: string, documents: number): Promise<SeededQueue> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("SET synchronous_commit = off");
    await client.query(
      `INSERT INTO "User" (id, name, email, handle, role, "updatedAt")
       SELECT ${idOf("n", "1")}, 'Member ' || n, 'member' || n || '@example.org', 'person-' || n,
              CASE WHEN n < 100 THEN 'reviewer' ELSE 'member' END::"Role", now()
       FROM generate_series(1, $1::int) AS n`,
      [MEMBERS],
    );
    await client.query(
      `INSERT INTO "Grant" ("userId", field)
       SELECT id, field FROM "User", unnest(ARRAY['dbsCertificate', 'medicalLetter']) AS field
       WHERE role = 'reviewer'`,
    );
    await client.query(
      `INSERT INTO "File" (id, "ownerId", field, name, type, size, sha256, prefix, visibility, status, pages,
                           "claimById", "claimUntil", "decidedAt", "validUntil", "createdAt")
       SELECT ${idOf("n", "2")}, ${idOf(`100 + n % ${MEMBERS - 100}`, "1")},
              CASE WHEN ${IS_RARE} THEN 'medicalLetter' ELSE 'dbsCertificate' END,
              'document.pdf', 'application/pdf', 120000, repeat('A', 43) || '=', n || '/', 'private', status, 2,
              CASE WHEN status = 'submitted' AND n < ${CLAIMED} THEN ${idOf("2 + n % 90", "1")} END,
              CASE WHEN status = 'submitted' AND n < ${CLAIMED} THEN now() + interval '1 day' END,
              CASE WHEN status NOT IN ('submitted', 'superseded') THEN ${createdAt("n + 100")} END,
              CASE WHEN status = 'approved' THEN now() + interval '1 day' * (n - ${LAPSED}) END,
              ${createdAt("n")}
       FROM (SELECT n, ${statusOf("n * 37 % 100")}::"FileStatus" AS status FROM generate_series(1, $1::int) AS n) AS rows`,
      [documents],
    );
    await client.query(
      `INSERT INTO "Decision" (id, "fileId", "byId", outcome, sha256, "createdAt")
       SELECT gen_random_uuid(), id, ${idOf("3", "1")}, 'approve', sha256, "decidedAt"
       FROM "File" WHERE "decidedAt" IS NOT NULL`,
    );
    await client.query("VACUUM (ANALYZE)");
    const { rows } = await client.query(
      `SELECT id, "createdAt" FROM "File" WHERE status = 'submitted' ORDER BY "createdAt", id OFFSET $1 LIMIT 1`,
      [Math.floor(documents * 0.3)],
    );
    const [{ rows: reviewers }] = [await client.query(`SELECT ${idOf("1", "1")} AS id`)];
    return { reviewerId: reviewers[0].id, middle: [rows[0].createdAt.toISOString(), rows[0].id] };
  } finally {
    await client.end();
  }
}

const IS_RARE = `n % ${RARE_EVERY} = 7 AND status <> 'rejected'`;

function createdAt(n: string): string {
  return `timestamptz '2020-01-01' + interval '1 minute' * (${n})`;
}

/** Builds a UUID from a number. `kind` separates the ids of different tables. */
function idOf(n: string, kind: string): string {
  return `(lpad(to_hex(${n}), 8, '0') || '-0000-7000-8000-00000000000${kind}')::uuid`;
}

function statusOf(percent: string): string {
  let limit = 0;
  const cases = SHARES.map(([status, share]) => {
    limit += share;
    return `WHEN ${percent} < ${limit} THEN '${status}'`;
  });
  return `CASE ${cases.join(" ")} END`;
}
