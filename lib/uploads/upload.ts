import { z } from "zod";
import type { Viewer } from "../accounts/viewer";
import type { UploadState } from "../db/generated/enums";
import type { Deps } from "../deps";
import { ERRORS, type ErrorCode, notFound, type ProblemBody } from "../errors";
import { type FileView, viewFile } from "../files/file";
import { isId } from "../id";
import type { Part } from "../storage/storage";
import { type PartSizes, partSizesOf } from "./part-sizes";
import { receivedParts } from "./received";

export type UploadView = {
  id: string;
  field: string;
  state: UploadState;
  expiresAt: string;
  /** How the file is cut, where it travels in parts. */
  parts?: PartSizes;
  /** The parts that have arrived, while more may. */
  received?: Part[];
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

/** The viewer's upload with what a client needs to go on with it, also after a reload. Errors: not_found, unavailable. */
export async function showUpload(deps: Deps, viewer: Viewer, id: string): Promise<UploadView> {
  const upload = await findUpload(deps, viewer, id);
  const view = await viewUpload(deps, upload);
  return view.parts && upload.state === "issued"
    ? { ...view, received: await receivedParts(deps, upload) }
    : view;
}

/** Makes no call to the store. */
export async function viewUpload(deps: Deps, upload: UploadRow): Promise<UploadView> {
  const parts = partSizesOf(upload);
  const file = upload.fileId ? await deps.db.file.findUnique({ where: { id: upload.fileId } }) : null;
  return {
    id: upload.id,
    field: upload.field,
    state: upload.state,
    expiresAt: upload.expiresAt.toISOString(),
    ...(parts ? { parts } : {}),
    ...(file ? { file: viewFile(deps.storages, file) } : {}),
    ...(upload.problem ? { problem: refusalSchema.parse(upload.problem) } : {}),
  };
}
