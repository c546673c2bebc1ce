import type { AppContext } from "../app-context";
import { appendToTrail } from "../audit/trail";
import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import { addDuration, dayOf, endOfDay } from "../fields/calendar";
import { enqueueDestroyedMails } from "../mail/outbox";
import type { StorageClass } from "../storage/storage";

export type PurgeContext = Pick<
  AppContext,
  "db" | "storages" | "clock" | "cdnPurger" | "onCrashPoint" | "log" | "trailKey" | "limits" | "timeZone"
>;

type EndedPurge = {
  fileId: string | null;
  storage: StorageClass;
  prefix: string;
  reason: string | null;
  objects: number | null;
};
type PurgeOfFile = EndedPurge & { fileId: string };

/**
 * Ends purges whose objects are gone, in one transaction: deletes the rows, appends the deletions
 * to the audit trail, writes the receipts of complete files, and reports them to their owners.
 * Only one of two concurrent processes deletes a row, so each receipt is written once. Returns the
 * number of purges.
 */
export async function endPurges(context: PurgeContext, purges: readonly { id: string }[]): Promise<number> {
  const ids = purges.map(({ id }) => id);
  if (ids.length === 0) return 0;
  await retryTransaction(() =>
    context.db.$transaction(async (tx) => {
      const ended = await tx.$queryRaw<EndedPurge[]>`
        DELETE FROM "Purge" WHERE id = ANY(${ids}::uuid[]) RETURNING "fileId", storage, prefix, reason, objects`;
      // A requested deletion counts even if the bytes were lost before.
      const ofFiles = ended.filter(
        (purge): purge is PurgeOfFile =>
          purge.fileId !== null && (Boolean(purge.objects) || purge.reason !== "unused"),
      );
      await reportDestroyedFiles(tx, context, ofFiles);
      const entries = await appendToTrail(
        tx,
        context,
        ofFiles.map(({ fileId, storage, reason, objects }) => ({
          event: "bytes.destroyed",
          subjectId: fileId,
          detail: { storage, reason, objects: objects ?? 0 },
        })),
      );
      await writeReceipts(
        tx,
        context,
        ofFiles.map((purge, index) => ({ ...purge, seq: entries[index]?.seq, hash: entries[index]?.hash })),
      );
    }),
  );
  return ids.length;
}

/** Tells the owners of files whose retention has ended. */
async function reportDestroyedFiles(
  tx: Tx,
  context: Pick<PurgeContext, "clock">,
  purges: readonly PurgeOfFile[],
): Promise<void> {
  const ids = purges.flatMap(({ fileId, reason }) => (reason === "retention" ? [fileId] : []));
  if (ids.length === 0) return;
  const where = { id: { in: ids } };
  const owners = await tx.file.findMany({ where, distinct: ["ownerId"], select: { ownerId: true } });
  await enqueueDestroyedMails(
    tx,
    context,
    owners.map(({ ownerId }) => ownerId),
  );
}

/**
 * Writes the receipts of files whose own prefix was purged. Without it, a purge was about a copy or
 * a crop, and the file goes on.
 */
async function writeReceipts(
  tx: Tx,
  { clock, limits, timeZone }: Pick<PurgeContext, "clock" | "limits" | "timeZone">,
  purges: readonly (PurgeOfFile & { seq?: bigint | undefined; hash?: string | undefined })[],
): Promise<void> {
  if (purges.length === 0) return;
  const now = clock.now();
  const backupsGoneAt = endOfDay(addDuration(dayOf(now, timeZone), `P${limits.backupDays}D`), timeZone);
  const column = <K extends keyof (typeof purges)[number]>(name: K) => purges.map((purge) => purge[name]);
  await tx.$executeRaw`
    INSERT INTO "Receipt" ("fileId", field, sha256, reason, "ruleFrom", "ruleFor", objects, "destroyedAt", "backupsGoneAt", "trailSeq", "trailHash")
    SELECT f.id, f.field, f.sha256, p.reason, r."from", r."for", p.objects, ${now}::timestamptz, ${backupsGoneAt}::timestamptz, p.seq, p.hash
    FROM unnest(${column("fileId")}::uuid[], ${column("prefix")}::text[], ${column("reason")}::text[],
        ${purges.map(({ objects }) => objects ?? 0)}::int[], ${column("seq").map(String)}::bigint[], ${column("hash")}::text[])
      AS p("fileId", prefix, reason, objects, seq, hash)
    JOIN "File" f ON f.id = p."fileId" AND f.prefix = p.prefix AND f."purgedAt" IS NOT NULL
    LEFT JOIN "RetentionRule" r ON r.field = f.field
    ON CONFLICT DO NOTHING`;
}
