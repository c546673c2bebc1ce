import { z } from "zod";
import type { Viewer } from "../accounts/viewer";
import type { UploadState } from "../db/generated/enums";
import type { Deps } from "../deps";
import { ERRORS, type ErrorCode, notFound, type ProblemBody } from "../errors";
import { type FileView, viewFile } from "../files/file";
import { isId } from "../id";

export type UploadView = {
  id: string;
  field: string;
  state: UploadState;
  expiresAt: string;
  file?: FileView;
  problem?: ProblemBody;
};

export type UploadRow = NonNullable<Awaited<ReturnType<Deps["db"]["upload"]["findFirst"]>>>;

/** What a refused upload keeps: the problem that its completion answered. */
export const refusalSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.custom<ErrorCode>((code) => typeof code === "string" && Object.hasOwn(ERRORS, code)),
  detail: z.string(),
});

/** The viewer's own upload; a foreign one is not found. */
export async function findUpload({ db }: Pick<Deps, "db">, viewer: Viewer, id: string): Promise<UploadRow> {
  const upload = isId(id) ? await db.upload.findFirst({ where: { id, ownerId: viewer.id } }) : null;
  if (!upload) throw notFound();
  return upload;
}

export async function viewUpload(deps: Deps, upload: UploadRow): Promise<UploadView> {
  const file = upload.fileId ? await deps.db.file.findUnique({ where: { id: upload.fileId } }) : null;
  return {
    id: upload.id,
    field: upload.field,
    state: upload.state,
    expiresAt: upload.expiresAt.toISOString(),
    ...(file ? { file: viewFile(deps.storages, file) } : {}),
    ...(upload.problem ? { problem: refusalSchema.parse(upload.problem) } : {}),
  };
}
