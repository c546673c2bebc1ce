import type { AppContext } from "../app-context";
import type { Field } from "../fields/field";
import { fields } from "../fields/fields";
import { whereOwn } from "../permissions/read";
import type { Viewer } from "../permissions/viewer";
import { findHeldFileIds } from "../retention/holds";
import { type FileRow, type FileView, toFileView } from "./file";
import { statusAt } from "./validity";

/**
 * A document as its owner sees it, with the number of other people who opened it.
 * `status` is the current one: an approval past its date is `expired`.
 */
export type OwnDocument = FileView & { viewerCount: number; version: number };

/** One field on the member's page. */
export type DocumentSlot = {
  field: Field;
  /** Stored, or approved and still valid. Several if `many`. */
  current: OwnDocument[];
  /** Submitted for review, or sent back by a reviewer. */
  pending: OwnDocument[];
  /** Superseded, withdrawn or expired, latest first. */
  history: OwnDocument[];
};

const CURRENT_STATUSES = new Set<FileRow["status"]>(["stored", "approved"]);
const ENDED_STATUSES = new Set<FileRow["status"]>(["expired", "superseded", "withdrawn"]);

/** Lists every private field with the member's documents. */
export async function listOwnDocuments(
  { db, storages, clock }: Pick<AppContext, "db" | "storages" | "clock">,
  viewer: Viewer,
): Promise<DocumentSlot[]> {
  const privateFields = [...fields.values()].filter(({ storage }) => storage === "private");
  const rows = await db.file.findMany({
    where: { ...whereOwn(viewer), field: { in: privateFields.map(({ name }) => name) } },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
  });
  const [viewerCounts, held, receipts] = await Promise.all([
    countViewers(db, viewer),
    findHeldFileIds({ db }, viewer.id),
    findReceiptIds(
      db,
      rows.filter(({ purgedAt }) => purgedAt).map(({ id }) => id),
    ),
  ]);
  const now = clock.now();
  return privateFields.map((field) => {
    const own = rows
      .filter((row) => row.field === field.name)
      .map((row) => ({
        ...toFileView(storages, row),
        ...(held.has(row.id) ? { held: true as const } : {}),
        ...(receipts.has(row.id) ? { receipt: true as const } : {}),
        status: statusAt(row, now),
        viewerCount: viewerCounts.get(row.id) ?? 0,
        version: row.version,
      }));
    return {
      field,
      current: own.filter(({ status }) => CURRENT_STATUSES.has(status)),
      pending: own.filter(({ status }) => !CURRENT_STATUSES.has(status) && !ENDED_STATUSES.has(status)),
      history: own.filter(({ status }) => ENDED_STATUSES.has(status)),
    };
  });
}

/** Counts the other people who have opened each of the owner's files. */
async function countViewers(db: AppContext["db"], viewer: Viewer): Promise<Map<string, number>> {
  const rows = await db.$queryRaw<{ fileId: string; people: number }[]>`
    SELECT a."fileId", count(DISTINCT a."byId")::int AS people
    FROM "Access" a JOIN "File" f ON f.id = a."fileId"
    WHERE f."ownerId" = ${viewer.id}::uuid AND a."byId" IS DISTINCT FROM ${viewer.id}::uuid
    GROUP BY a."fileId"`;
  return new Map(rows.map(({ fileId, people }) => [fileId, people]));
}

/** Returns the ids of those files whose deletion has a receipt. */
async function findReceiptIds(
  db: AppContext["db"],
  fileIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const where = { fileId: { in: [...fileIds] } };
  const rows = await db.receipt.findMany({ where, select: { fileId: true } });
  return new Set(rows.map(({ fileId }) => fileId));
}
