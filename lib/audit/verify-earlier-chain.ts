import type { AppContext } from "../app-context";
import { appendToTrail } from "./trail";
import { hashOldEntry, NO_SUBJECT } from "./trail-hash";
import { type Query, TrailReport } from "./trail-verdict";

const BATCH_SIZE = 2000;

/** The event of the entry that closes the one chain from before there was a key. */
const TRAIL_RECHAINED = "trail.rechained";

type EarlierRow = {
  seq: string;
  at: Date;
  event: string;
  byId: string | null;
  subjectId: string | null;
  detail: unknown;
  hash: string;
};

/** The end of the earlier chain. `intact` is false if an entry does not match its hash. */
type EarlierChain = { entries: number; seq: string | null; hash: string; intact: boolean };

/**
 * Verifies the entries from before there was a key. They have one chain of SHA-256 hashes, numbered
 * without gaps. The closing entry contains its end: a later edit of this chain shows, even if it is
 * computed again.
 */
export async function verifyEarlierChain(query: Query, report: TrailReport): Promise<void> {
  const chain = await readEarlierChain(query, report);
  const closings = await query<{ seq: string; detail: { entries?: number; hash?: string } }>(
    `SELECT seq, detail FROM "Trail" WHERE event = $1 AND "chainId" = $2 ORDER BY seq`,
    [TRAIL_RECHAINED, NO_SUBJECT],
  );
  report.verdict.earlier = { entries: chain.entries, closed: closings.length > 0 };
  report.verdict.entries += chain.entries;
  if (!chain.intact) return;
  for (const { seq, detail } of closings)
    if (detail.entries !== chain.entries || detail.hash !== chain.hash) {
      report.add("the entries from before the key are not those that it closed", { seq });
      return;
    }
}

/**
 * Closes the earlier chain: appends an entry with its length and its last hash. Does nothing
 * without such entries, or if that is done.
 */
export async function closeEarlierChain(
  context: Pick<AppContext, "db" | "clock" | "trailKey">,
): Promise<void> {
  const { db } = context;
  const earlier = await db.trail.findFirst({ where: { chainId: null }, select: { seq: true } });
  if (!earlier) return;
  const closing = { event: TRAIL_RECHAINED, chainId: NO_SUBJECT };
  if (await db.trail.findFirst({ where: closing, select: { seq: true } })) return;
  const query: Query = async (text, values = []) => (await db.pool.query(text, [...values])).rows;
  const { entries, seq, hash, intact } = await readEarlierChain(query, new TrailReport());
  const detail = { entries, seq: Number(seq), hash, intact };
  await db.$transaction((tx) => appendToTrail(tx, context, [{ event: TRAIL_RECHAINED, detail }]));
}

async function readEarlierChain(query: Query, report: TrailReport): Promise<EarlierChain> {
  const chain: EarlierChain = { entries: 0, seq: null, hash: "", intact: true };
  for (;;) {
    const rows = await query<EarlierRow>(
      `SELECT seq, at, event, "byId", "subjectId", detail, seal AS hash FROM "Trail"
       WHERE "chainId" IS NULL AND seq > $1 ORDER BY seq LIMIT ${BATCH_SIZE}`,
      [chain.seq ?? 0],
    );
    for (const row of rows) addRow(chain, row, report);
    if (rows.length < BATCH_SIZE) return chain;
  }
}

function addRow(chain: EarlierChain, row: EarlierRow, report: TrailReport): void {
  const { seq, subjectId: subject } = row;
  const expected = BigInt(chain.seq ?? 0) + 1n;
  const isNext = BigInt(seq) === expected;
  if (chain.intact && !isNext) report.add("the entry before it is missing", { seq, subject });
  else if (chain.intact && row.hash !== hashOldEntry(chain.hash, row))
    report.add("its content does not match its hash", { seq, subject });
  else {
    Object.assign(chain, { entries: chain.entries + 1, seq, hash: row.hash });
    return;
  }
  Object.assign(chain, { entries: chain.entries + 1, seq, hash: row.hash, intact: false });
}
