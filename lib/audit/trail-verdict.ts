/** Something that is wrong in the trail. `seq` and `subject` name the entry, if it is known. */
export type TrailFinding = { seq: number | null; subject: string | null; reason: string };

/** The result of `verifyTrail`. */
export type TrailVerdict = {
  /** Entries that were read, and the chains they are in. */
  entries: number;
  chains: number;
  /** Entries from before there was a key. An entry of the chains closes them at the first sweep. */
  earlier: { entries: number; closed: boolean };
  /** Entries whose personal data were erased, or have ended. */
  erased: number;
  /** Objects with published heads that were compared. */
  objects: number;
  /** The first finding of each chain, and at most a hundred. Empty: the trail is intact. */
  broken: TrailFinding[];
};

/** Findings in a verdict. */
export const MAX_FINDINGS = 100;

/** Collects a verdict. */
export class TrailReport {
  readonly verdict: TrailVerdict = {
    entries: 0,
    chains: 0,
    earlier: { entries: 0, closed: false },
    erased: 0,
    objects: 0,
    broken: [],
  };

  add(reason: string, where: { seq?: bigint | string | null; subject?: string | null } = {}): void {
    const { broken } = this.verdict;
    const { seq = null, subject = null } = where;
    if (broken.length < MAX_FINDINGS)
      broken.push({ seq: seq === null ? null : Number(seq), subject, reason });
  }
}

/** Runs a statement within the snapshot that the whole verification reads. */
export type Query = <Row>(text: string, values?: readonly unknown[]) => Promise<Row[]>;
