import { createHash } from "node:crypto";
import type { AppContext } from "../app-context";
import type { Tx } from "../db/client";

/**
 * A new entry of the audit trail. `detail` holds numbers and codes of the application: no name, no
 * address, no text that a person has typed.
 */
export type TrailEntry = {
  /** Subject and past participle, such as `bytes.destroyed`. */
  event: string;
  /** The person who acted; the application if left out. */
  byId?: string;
  /** The person or file that the entry is about. */
  subjectId?: string;
  detail: Record<string, string | number | boolean | null>;
};

/**
 * The result of `verifyTrail`. An operator can save `head` elsewhere: a trail without its last
 * entries is still a valid chain, but has another head.
 */
export type TrailVerdict = {
  entries: number;
  head: { seq: string; seal: string } | null;
  broken: { seq: string; reason: string } | null;
};

type HashedEntry = {
  seq: bigint;
  at: Date;
  event: string;
  byId: string | null;
  subjectId: string | null;
  detail: unknown;
};

/** The transaction that appends holds this advisory lock until its end: one writer at a time. */
const TRAIL_LOCK_ID = 7301;

/**
 * Appends entries to the audit trail; each one hashes the entry before it into the chain. Call it
 * last in a transaction: other writers wait for its end, and a row lock taken after this call could
 * deadlock with them.
 */
export async function appendToTrail(
  tx: Tx,
  { clock }: Pick<AppContext, "clock">,
  entries: readonly TrailEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${TRAIL_LOCK_ID})`;
  const last = await tx.trail.findFirst({ orderBy: { seq: "desc" }, select: { seq: true, seal: true } });
  let { seq, seal } = last ?? { seq: 0n, seal: "" };
  const at = clock.now();
  const rows = entries.map(({ event, byId = null, subjectId = null, detail }) => {
    seq += 1n;
    const entry = { seq, at, event, byId, subjectId, detail };
    seal = hashEntry(seal, entry);
    return { ...entry, seal };
  });
  await tx.trail.createMany({ data: rows });
}

const BATCH_SIZE = 1000;

/** Reads the complete trail in batches. Reports the first changed entry, or the first gap. */
export async function verifyTrail({ db }: Pick<AppContext, "db">): Promise<TrailVerdict> {
  let head = { seq: 0n, seal: "" };
  let entries = 0;
  const verdict = (broken: TrailVerdict["broken"]): TrailVerdict => ({
    entries,
    head: entries === 0 ? null : { seq: String(head.seq), seal: head.seal },
    broken,
  });
  for (;;) {
    const rows = await db.trail.findMany({
      where: { seq: { gt: head.seq } },
      orderBy: { seq: "asc" },
      take: BATCH_SIZE,
    });
    for (const row of rows) {
      const seq = String(row.seq);
      if (row.seq !== head.seq + 1n) return verdict({ seq, reason: "the entry before it is missing" });
      if (row.seal !== hashEntry(head.seal, row))
        return verdict({ seq, reason: "its content does not match its hash" });
      head = row;
      entries += 1;
    }
    if (rows.length < BATCH_SIZE) return verdict(null);
  }
}

function hashEntry(previousHash: string, { seq, at, event, byId, subjectId, detail }: HashedEntry): string {
  const entry = canonicalJson([String(seq), at.toISOString(), event, byId, subjectId, detail]);
  return createHash("sha256").update(`${previousHash}\n${entry}`).digest("base64");
}

/** Serializes with sorted object keys, because the database returns them in another order. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}
