import type { Query, TrailReport } from "./trail-verdict";
import { MAX_FINDINGS } from "./trail-verdict";

/** Compares each receipt with its entry of the trail. The hash of the entry covers what it says. */
export async function verifyReceipts(query: Query, report: TrailReport): Promise<void> {
  const broken = await query<{ fileId: string; seq: string }>(
    `SELECT r."fileId", r."trailSeq" AS seq FROM "Receipt" r LEFT JOIN "Trail" t ON t.seq = r."trailSeq"
     WHERE t.seal IS DISTINCT FROM r."trailHash" OR t."subjectId" IS DISTINCT FROM r."fileId"
       OR (t.detail->>'objects')::int IS DISTINCT FROM r.objects
     ORDER BY r."trailSeq" LIMIT $1`,
    [MAX_FINDINGS],
  );
  for (const { fileId, seq } of broken)
    report.add("a receipt does not match its entry", { seq, subject: fileId });
}
