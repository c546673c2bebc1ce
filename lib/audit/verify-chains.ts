import { PERSON_ERASED } from "./erase-people";
import { type HashedEntry, hashEntry, macOfHead, NO_SUBJECT } from "./trail-hash";
import type { Query, TrailReport } from "./trail-verdict";

const BATCH_SIZE = 2000;

/** An entry with its chain's head and the hash of its encrypted personal data. */
type Row = Omit<HashedEntry, "at"> & {
  seq: string;
  /** The time in milliseconds: the driver takes long to parse a million dates. */
  ms: string;
  hash: string;
  textHash: string | null;
  headPosition: number | null;
  headSeq: string;
  headHash: string;
  headMac: string;
};

/**
 * Reads all chains in the order of their entries, and compares each with its head. Personal data of
 * entries from before `endedAt` may be missing.
 */
export async function verifyChains(
  query: Query,
  { trailKey, endedAt }: { trailKey: Uint8Array; endedAt: Date },
  report: TrailReport,
): Promise<void> {
  let chain: ChainCheck | null = null;
  let heads = 0;
  for await (const rows of readEntries(query)) {
    for (const row of rows) {
      if (chain?.chainId !== row.chainId) {
        chain?.end();
        chain = new ChainCheck(row, trailKey, report);
        report.verdict.chains += 1;
        if (row.headPosition !== null) heads += 1;
      }
      chain.add(row);
      report.verdict.entries += 1;
    }
    await verifyErasures(query, rows, endedAt, report);
  }
  chain?.end();
  await findHeadsWithoutEntries(query, heads, report);
}

/** Yields the entries in batches. The database reads the next one while this one is checked. */
async function* readEntries(query: Query): AsyncGenerator<Row[]> {
  let next = readBatch(query, { chainId: NO_SUBJECT, position: 0 });
  for (;;) {
    const rows = await next;
    const last = rows.at(-1);
    if (!last || rows.length < BATCH_SIZE) return yield rows;
    next = readBatch(query, last);
    // The next turn throws it. Without a handler it would end the process before.
    next.catch(() => undefined);
    yield rows;
  }
}

/** Joins after the limit: a join of the tables would begin at the first head each time. */
function readBatch(query: Query, after: Pick<Row, "chainId" | "position">): Promise<Row[]> {
  return query<Row>(
    `SELECT t.seq, extract(epoch FROM t.at) * 1000 AS ms, t.event, t."byId", t."subjectId", t.detail,
       t."personId", t."personHash", t."chainId", t.position, t.seal AS hash,
       encode(sha256(p.ciphertext), 'base64') AS "textHash",
       h.position AS "headPosition", h.seq AS "headSeq", h.hash AS "headHash", h.mac AS "headMac"
     FROM (
       SELECT * FROM "Trail" WHERE ("chainId", position) > ($1::uuid, $2::int)
       ORDER BY "chainId", position LIMIT ${BATCH_SIZE}
     ) t LEFT JOIN "TrailPersonal" p ON p.seq = t.seq
     LEFT JOIN "TrailHead" h ON h."chainId" = t."chainId"
     ORDER BY t."chainId", t.position`,
    [after.chainId, after.position],
  );
}

/** Checks the entries of one chain in order. Reports the first thing that is wrong. */
class ChainCheck {
  readonly chainId: string;
  readonly #first: Row;
  readonly #trailKey: Uint8Array;
  readonly #report: TrailReport;
  #last: { position: number; hash: string } = { position: 0, hash: "" };
  #isBroken = false;

  constructor(first: Row, trailKey: Uint8Array, report: TrailReport) {
    this.chainId = first.chainId;
    this.#first = first;
    this.#trailKey = trailKey;
    this.#report = report;
  }

  add(row: Row): void {
    const reason = this.#isBroken ? null : this.#findProblem(row);
    if (reason) this.#fail(reason, row.seq);
    this.#last = row;
  }

  #findProblem(row: Row): string | null {
    const expected = this.#last.position + 1;
    if (row.position !== expected) return `entry ${expected} of its subject, before it, is missing`;
    if (row.hash !== hashEntry(this.#trailKey, this.#last.hash, { ...row, at: new Date(Number(row.ms)) }))
      return "its content does not match its hash";
    if (row.textHash !== null && row.textHash !== row.personHash) return "its personal data were changed";
    return null;
  }

  /** Compares the last entry with the head. */
  end(): void {
    const found = this.#isBroken ? null : this.#findHeadProblem();
    if (found) this.#fail(...found);
  }

  /** Returns what is wrong, and the number of the entry that it concerns. */
  #findHeadProblem(): [reason: string, seq: string] | null {
    const { seq, headPosition, headSeq, headHash, headMac } = this.#first;
    if (headPosition === null) return ["the head of its subject is missing", seq];
    const head = { chainId: this.chainId, position: headPosition, seq: headSeq, hash: headHash };
    if (headMac !== macOfHead(this.#trailKey, head)) return ["the head of its subject was changed", headSeq];
    if (headPosition > this.#last.position) return ["the last entry of its subject is missing", headSeq];
    if (headPosition === this.#last.position && headHash === this.#last.hash) return null;
    return ["the head of its subject belongs to an earlier entry", headSeq];
  }

  #fail(reason: string, seq: string): void {
    this.#isBroken = true;
    this.#report.add(reason, { seq, subject: this.#first.subjectId });
  }
}

/**
 * Personal data may be missing only after their life, or if the trail says later that their person
 * was erased.
 */
async function verifyErasures(
  query: Query,
  rows: readonly Row[],
  endedAt: Date,
  report: TrailReport,
): Promise<void> {
  const missing = rows.filter(({ personHash, textHash }) => personHash !== null && textHash === null);
  const without = missing.filter(({ ms }) => Number(ms) > endedAt.getTime());
  report.verdict.erased += missing.length - without.length;
  if (without.length === 0) return;
  const erasures = await query<{ personId: string; seq: string }>(
    `SELECT "subjectId" AS "personId", max(seq) AS seq FROM "Trail"
     WHERE event = $1 AND "subjectId" = ANY($2::uuid[]) GROUP BY 1`,
    [PERSON_ERASED, without.map(({ personId }) => personId)],
  );
  const erasedAt = new Map(erasures.map(({ personId, seq }) => [personId, BigInt(seq)]));
  for (const { seq, personId, subjectId } of without) {
    if ((erasedAt.get(personId ?? "") ?? 0n) > BigInt(seq)) report.verdict.erased += 1;
    else
      report.add("its personal data are missing, and their person was not erased", {
        seq,
        subject: subjectId,
      });
  }
}

async function findHeadsWithoutEntries(query: Query, used: number, report: TrailReport): Promise<void> {
  const [row] = await query<{ heads: string }>(`SELECT count(*) AS heads FROM "TrailHead"`);
  if (Number(row?.heads) === used) return;
  const heads = await query<{ chainId: string; seq: string }>(
    `SELECT h."chainId", h.seq FROM "TrailHead" h
     WHERE NOT EXISTS (SELECT FROM "Trail" t WHERE t."chainId" = h."chainId") LIMIT 100`,
  );
  for (const { chainId, seq } of heads)
    report.add("all entries of its subject are missing", { seq, subject: chainId });
}
