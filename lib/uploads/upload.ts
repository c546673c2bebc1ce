import { z } from "zod";
import type { AppContext } from "../app-context";
import type { Upload } from "../db/generated/client";
import type { UploadState } from "../db/generated/enums";
import { ERRORS, type ErrorCode, notFoundProblem, type ProblemBody } from "../errors";
import { type FileView, toFileView } from "../files/file";
import { isId } from "../id";
import { whereOwn } from "../permissions/read";
import type { Viewer } from "../permissions/viewer";
import type { Part } from "../storage/storage";
import { type PartSizes, uploadPartSizes } from "./part-sizes";
import { receivedParts } from "./received-parts";

/** An upload as the HTTP contract shows it. */
export type UploadView = {
  id: string;
  field: string;
  state: UploadState;
  expiresAt: string;
  /** The part layout of a multipart upload. */
  parts?: PartSizes;
  /** The received parts, as long as the upload is open. */
  received?: Part[];
  file?: FileView;
  problem?: ProblemBody;
};

/** The stored problem of a refused upload: the error response of its completion. */
export const refusalProblemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.custom<ErrorCode>((code) => typeof code === "string" && Object.hasOwn(ERRORS, code)),
  detail: z.string(),
});

/** Finds the viewer's own upload. Errors: not_found, for a foreign upload too. */
export async function findOwnUpload(
  { db }: Pick<AppContext, "db">,
  viewer: Viewer,
  id: string,
): Promise<Upload> {
  const upload = isId(id) ? await db.upload.findFirst({ where: { id, ...whereOwn(viewer) } }) : null;
  if (!upload) throw notFoundProblem();
  return upload;
}

/**
 * Returns the viewer's upload with the received parts, so that a client can resume it after a
 * reload.
 * Errors: not_found, unavailable.
 */
export async function getUploadView(context: AppContext, viewer: Viewer, id: string): Promise<UploadView> {
  const upload = await findOwnUpload(context, viewer, id);
  const view = await toUploadView(context, upload);
  return view.parts && upload.state === "issued"
    ? { ...view, received: await receivedParts(context, upload) }
    : view;
}

/** Builds the view from the database alone; makes no call to the store. */
export async function toUploadView(context: AppContext, upload: Upload): Promise<UploadView> {
  const parts = uploadPartSizes(upload);
  const file = upload.fileId ? await context.db.file.findUnique({ where: { id: upload.fileId } }) : null;
  return {
    id: upload.id,
    field: upload.field,
    state: upload.state,
    expiresAt: upload.expiresAt.toISOString(),
    ...(parts ? { parts } : {}),
    ...(file ? { file: toFileView(context.storages, file) } : {}),
    ...(upload.problem ? { problem: refusalProblemSchema.parse(upload.problem) } : {}),
  };
}
