import type { AppContext } from "../app-context";
import type { Receipt } from "../db/generated/client";
import { notFoundProblem } from "../errors";
import { findReadableFile } from "../permissions/read";
import type { Viewer } from "../permissions/viewer";

/** Proof that the bytes of a file were deleted, as the HTTP contract shows it. */
export type ReceiptView = {
  file: { id: string; field: string; sha256: string };
  /** The retention rule in force at that time. */
  rule: { from: string; for: string } | null;
  reason: string;
  destroyedAt: string;
  objects: number;
  /** After this instant no backup has the bytes. */
  backupsGoneAt: string;
  trail: { seq: number; hash: string };
};

/**
 * Returns the receipt of a file that the viewer may read. Errors: not_found, also while the bytes
 * are there.
 */
export async function findReceipt(
  context: Pick<AppContext, "db">,
  viewer: Viewer,
  fileId: string,
): Promise<ReceiptView> {
  const { id } = await findReadableFile(context, viewer, fileId);
  const row = await context.db.receipt.findUnique({ where: { fileId: id } });
  if (!row) throw notFoundProblem();
  return toReceiptView(row);
}

export function toReceiptView(row: Receipt): ReceiptView {
  return {
    file: { id: row.fileId, field: row.field, sha256: row.sha256 },
    rule: row.ruleFrom && row.ruleFor ? { from: row.ruleFrom, for: row.ruleFor } : null,
    reason: row.reason,
    destroyedAt: row.destroyedAt.toISOString(),
    objects: row.objects,
    backupsGoneAt: row.backupsGoneAt.toISOString(),
    trail: { seq: Number(row.trailSeq), hash: row.trailHash },
  };
}
