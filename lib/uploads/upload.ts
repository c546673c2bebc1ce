import { z } from "zod";
import type { Viewer } from "../permissions/viewer";
import type { UploadState } from "../db/generated/enums";
import type { AppContext } from "../app-context";
import { ERRORS, type ErrorCode, notFoundProblem, type ProblemBody } from "../errors";
import { type FileView, toFileView } from "../files/file";
import { isId } from "../id";
import { whereOwn } from "../permissions/read";
import type { Part } from "../storage/storage";
import { type PartSizes, uploadPartSizes } from "./part-sizes";
import { receivedParts } from "./received-parts";

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

export type UploadRow = NonNullable<Awaited<ReturnType<AppContext["db"]["upload"]["findFirst"]>>>;

/** What a refused upload keeps: the problem that its completion answered. */
export const refusalProblemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.custom<ErrorCode>((code) => typeof code === "string" && Object.hasOwn(ERRORS, code)),
  detail: z.string(),
});

/** The viewer's own upload; a foreign one is not found. */
export async function findOwnUpload({ db }: Pick<AppContext, "db">, viewer: Viewer, id: string): Promise<UploadRow> {
  const upload = isId(id) ? await db.upload.findFirst({ where: { id, ...whereOwn(viewer) } }) : null;
  if (!upload) throw notFoundProblem();
  return upload;
}

/** The viewer's upload with what a client needs to go on with it, also after a reload. Errors: not_found, unavailable. */
export async function getUploadView(deps: AppContext, viewer: Viewer, id: string): Promise<UploadView> {
  const upload = await findOwnUpload(deps, viewer, id);
  const view = await toUploadView(deps, upload);
  return view.parts && upload.state === "issued"
    ? { ...view, received: await receivedParts(deps, upload) }
    : view;
}

/** Makes no call to the store. */
export async function toUploadView(deps: AppContext, upload: UploadRow): Promise<UploadView> {
  const parts = uploadPartSizes(upload);
  const file = upload.fileId ? await deps.db.file.findUnique({ where: { id: upload.fileId } }) : null;
  return {
    id: upload.id,
    field: upload.field,
    state: upload.state,
    expiresAt: upload.expiresAt.toISOString(),
    ...(parts ? { parts } : {}),
    ...(file ? { file: toFileView(deps.storages, file) } : {}),
    ...(upload.problem ? { problem: refusalProblemSchema.parse(upload.problem) } : {}),
  };
}
