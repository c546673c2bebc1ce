import type { AppContext } from "../app-context";
import type { Tx } from "../db/client";
import { encryptPersonalData, type PersonalData } from "./personal-data";
import { type HashedEntry, hashEntry, macOfHead, NO_SUBJECT, type TrailHead } from "./trail-hash";

/**
 * A new entry of the audit trail. `detail` holds numbers and codes of the application: no name, no
 * address, no text that a person has typed. Such data belong in `personal`.
 */
export type TrailEntry = {
  /** Subject and past participle, such as `bytes.destroyed`. */
  event: string;
  /** The person who acted; the application if left out. */
  byId?: string;
  /** The person or file that the entry is about. Entries without one share one chain. */
  subjectId?: string;
  detail: Record<string, string | number | boolean | null>;
  /** Stored encrypted. Erasing the person erases it, and the chain still verifies. */
  personal?: PersonalData;
};

/** Number and hash of a new entry. */
export type AppendedEntry = { seq: bigint; hash: string };

/**
 * Appends entries to the audit trail, each to the chain of its subject. Call it last in a
 * transaction and only once: other entries of these subjects wait for its end, and a row lock taken
 * after this call could deadlock with them. Entries of other subjects do not wait. Returns the new
 * entries in the same order.
 */
export async function appendToTrail(
  tx: Tx,
  context: Pick<AppContext, "clock" | "trailKey">,
  entries: readonly TrailEntry[],
): Promise<AppendedEntry[]> {
  if (entries.length === 0) return [];
  const { clock, trailKey } = context;
  const encrypted = await encryptPersonalData(
    tx,
    context,
    entries.map(({ personal }) => personal ?? null),
  );
  const heads = await lockHeads(tx, entries.map(chainOf));
  const seqs = await takeNumbers(tx, entries.length);
  const at = clock.now();
  const rows = entries.map((entry, index) => {
    const head = headOf(heads, chainOf(entry));
    const { event, byId = null, subjectId = null, detail } = entry;
    const { personId = null, personHash = null } = encrypted[index] ?? {};
    const seq = seqs[index] ?? 0n;
    const { chainId } = head;
    const position = head.position + 1;
    const content = { seq, at, event, byId, subjectId, detail, personId, personHash, chainId, position };
    const hash = hashEntry(trailKey, head.hash, content);
    Object.assign(head, { position, seq, hash });
    return { ...content, hash };
  });
  await insertEntries(tx, at, rows);
  const texts = encrypted.flatMap((text, index) =>
    text ? [{ seq: seqs[index] ?? 0n, personId: text.personId, ciphertext: text.ciphertext }] : [],
  );
  if (texts.length > 0) await tx.trailPersonal.createMany({ data: texts });
  await saveHeads(tx, trailKey, [...heads.values()]);
  return rows.map(({ seq, hash }) => ({ seq, hash }));
}

function chainOf({ subjectId }: TrailEntry): string {
  return subjectId ?? NO_SUBJECT;
}

function headOf(heads: ReadonlyMap<string, TrailHead>, chainId: string): TrailHead {
  const head = heads.get(chainId);
  if (!head) throw new Error(`The chain ${chainId} of the audit trail was not locked.`);
  return head;
}

/**
 * Locks the heads of these chains until the transaction ends, in one order for all transactions, so
 * that they cannot deadlock. A new chain gets a head with position 0.
 */
async function lockHeads(tx: Tx, chainIds: readonly string[]): Promise<Map<string, TrailHead>> {
  const ids = [...new Set(chainIds)].sort();
  const rows = await tx.$queryRaw<TrailHead[]>`
    INSERT INTO "TrailHead" AS h ("chainId", position, seq, hash, mac)
    SELECT c.id, 0, 0, '', '' FROM unnest(${ids}::uuid[]) WITH ORDINALITY AS c(id, place) ORDER BY place
    ON CONFLICT ("chainId") DO UPDATE SET unpublished = true
    RETURNING h."chainId", h.position, h.seq, h.hash`;
  return new Map(rows.map((row) => [row.chainId, row]));
}

/** Draws numbers after the chains are locked, so that they grow along each chain. */
async function takeNumbers(tx: Tx, count: number): Promise<bigint[]> {
  const rows = await tx.$queryRaw<{ seq: bigint }[]>`
    SELECT nextval(pg_get_serial_sequence('"Trail"', 'seq')) AS seq FROM generate_series(1, ${count}::int)`;
  return rows.map(({ seq }) => seq).sort((one, other) => (one < other ? -1 : 1));
}

type NewRow = Omit<HashedEntry, "at"> & { hash: string };

/** One statement with arrays, because `createMany` takes half a millisecond for each entry. */
async function insertEntries(tx: Tx, at: Date, rows: readonly NewRow[]): Promise<void> {
  const column = <K extends keyof NewRow>(name: K) => rows.map((row) => row[name]);
  const details = rows.map(({ detail }) => JSON.stringify(detail));
  await tx.$executeRaw`
    INSERT INTO "Trail"
      (seq, at, event, "byId", "subjectId", detail, "personId", "personHash", "chainId", position, seal)
    SELECT n.seq, ${at}::timestamptz, n.event, n.by, n.subject, n.detail::jsonb, n.person, n.text, n.chain, n.place, n.hash
    FROM unnest(${column("seq").map(String)}::bigint[], ${column("event")}::text[], ${column("byId")}::uuid[],
      ${column("subjectId")}::uuid[], ${details}::text[], ${column("personId")}::uuid[],
      ${column("personHash")}::text[], ${column("chainId")}::uuid[], ${column("position")}::int[],
      ${column("hash")}::text[]) AS n(seq, event, by, subject, detail, person, text, chain, place, hash)`;
}

async function saveHeads(tx: Tx, trailKey: Uint8Array, heads: readonly TrailHead[]): Promise<void> {
  const ids = heads.map(({ chainId }) => chainId);
  const positions = heads.map(({ position }) => position);
  const seqs = heads.map(({ seq }) => String(seq));
  const hashes = heads.map(({ hash }) => hash);
  const macs = heads.map((head) => macOfHead(trailKey, head));
  await tx.$executeRaw`
    UPDATE "TrailHead" h SET position = n.position, seq = n.seq, hash = n.hash, mac = n.mac
    FROM unnest(${ids}::uuid[], ${positions}::int[], ${seqs}::bigint[], ${hashes}::text[], ${macs}::text[])
      AS n("chainId", position, seq, hash, mac)
    WHERE h."chainId" = n."chainId"`;
}
