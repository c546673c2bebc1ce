import { createHash } from "node:crypto";
import type { Tx } from "../db/client";
import type { Deps } from "../deps";

/** What the trail is told. `detail` holds figures and words of ours: no name, no address, nothing that somebody has typed. */
export type Entry = {
  /** Noun and what befell it, such as `bytes.destroyed`. */
  event: string;
  /** Who did it; the application itself where left out. */
  byId?: string;
  /** Whom or what it is about. */
  subjectId?: string;
  detail: Record<string, string | number | boolean | null>;
};

/** What `verify` found. `head` can be kept elsewhere: a trail that was cut off at its end is whole, but has another head. */
export type Verdict = {
  entries: number;
  head: { seq: string; seal: string } | null;
  broken: { seq: string; reason: string } | null;
};

type Sealed = {
  seq: bigint;
  at: Date;
  event: string;
  byId: string | null;
  subjectId: string | null;
  detail: unknown;
};

/** One chain, one writer at a time: whoever appends holds this lock of the database until the transaction ends. */
const TRAIL_LOCK = 7301;

/**
 * Adds entries to the audit trail, each sealing the one before. Call it last in a transaction: everybody else who appends waits until that ends,
 * and must then not be waiting for rows that it holds.
 */
export async function append(
  tx: Tx,
  { clock }: Pick<Deps, "clock">,
  entries: readonly Entry[],
): Promise<void> {
  if (entries.length === 0) return;
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${TRAIL_LOCK})`;
  const last = await tx.trail.findFirst({ orderBy: { seq: "desc" }, select: { seq: true, seal: true } });
  let { seq, seal } = last ?? { seq: 0n, seal: "" };
  const at = clock.now();
  const rows = entries.map(({ event, byId = null, subjectId = null, detail }) => {
    seq += 1n;
    const entry = { seq, at, event, byId, subjectId, detail };
    seal = sealOf(seal, entry);
    return { ...entry, seal };
  });
  await tx.trail.createMany({ data: rows });
}

const BATCH = 1000;

/** Reads the whole trail, a batch at a time, and names the first entry that is not what was sealed, or whose predecessor is missing. */
export async function verify({ db }: Pick<Deps, "db">): Promise<Verdict> {
  let head = { seq: 0n, seal: "" };
  let entries = 0;
  const verdict = (broken: Verdict["broken"]): Verdict => ({
    entries,
    head: entries === 0 ? null : { seq: String(head.seq), seal: head.seal },
    broken,
  });
  for (;;) {
    const rows = await db.trail.findMany({
      where: { seq: { gt: head.seq } },
      orderBy: { seq: "asc" },
      take: BATCH,
    });
    for (const row of rows) {
      const seq = String(row.seq);
      if (row.seq !== head.seq + 1n) return verdict({ seq, reason: "the entry before it is missing" });
      if (row.seal !== sealOf(head.seal, row)) return verdict({ seq, reason: "it is not what was sealed" });
      head = row;
      entries += 1;
    }
    if (rows.length < BATCH) return verdict(null);
  }
}

function sealOf(before: string, { seq, at, event, byId, subjectId, detail }: Sealed): string {
  const entry = canonical([String(seq), at.toISOString(), event, byId, subjectId, detail]);
  return createHash("sha256").update(`${before}\n${entry}`).digest("base64");
}

/** JSON with the names of every object in order: the database gives them back in an order of its own. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}
