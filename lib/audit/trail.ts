import { createHash } from "node:crypto";
import type { Tx } from "../db/client";
import type { AppContext } from "../app-context";

/** What the trail is told. `detail` holds figures and words of ours: no name, no address, nothing that somebody has typed. */
export type TrailEntry = {
  /** Noun and what befell it, such as `bytes.destroyed`. */
  event: string;
  /** Who did it; the application itself where left out. */
  byId?: string;
  /** Whom or what it is about. */
  subjectId?: string;
  detail: Record<string, string | number | boolean | null>;
};

/** What `verify` found. `head` can be kept elsewhere: a trail that was cut off at its end is whole, but has another head. */
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

/** One chain, one writer at a time: whoever appends holds this lock of the database until the transaction ends. */
const TRAIL_LOCK_ID = 7301;

/**
 * Adds entries to the audit trail, each sealing the one before. Call it last in a transaction: everybody else who appends waits until that ends,
 * and must then not be waiting for rows that it holds.
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

/** Reads the whole trail, a batch at a time, and names the first entry that is not what was sealed, or whose predecessor is missing. */
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
      if (row.seal !== hashEntry(head.seal, row)) return verdict({ seq, reason: "it is not what was sealed" });
      head = row;
      entries += 1;
    }
    if (rows.length < BATCH_SIZE) return verdict(null);
  }
}

function hashEntry(before: string, { seq, at, event, byId, subjectId, detail }: HashedEntry): string {
  const entry = canonicalJson([String(seq), at.toISOString(), event, byId, subjectId, detail]);
  return createHash("sha256").update(`${before}\n${entry}`).digest("base64");
}

/** JSON with the names of every object in order: the database gives them back in an order of its own. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}
