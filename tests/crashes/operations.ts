import { changeProfile } from "../../lib/accounts/profile";
import type { Viewer } from "../../lib/permissions/viewer";
import type { AppContext } from "../../lib/app-context";
import { changeFile } from "../../lib/files/change-file";
import { withdrawFile } from "../../lib/files/withdraw-file";
import { signPageUrl } from "../../lib/files/signed-urls";
import { abortUpload } from "../../lib/uploads/abort";
import { completeUpload } from "../../lib/uploads/complete";
import { signUploadParts } from "../../lib/uploads/sign-parts";
import { sweep } from "../../lib/uploads/sweep";
import { sha256Of } from "./sample-member";
import { withLaterClock, PART_SIZE, PAST_ALL_DEADLINES_SECONDS } from "./crash-fixture";

type Operation = (deps: AppContext, viewer: Viewer, id: string) => Promise<unknown>;

/** What a process is started for, by name; `id` is the upload's or the file's. Each is what a request handler calls. */
export const OPERATIONS = {
  complete: completeUpload,
  abort: abortUpload,
  /** As the scheduler will have it, when nothing is left that anybody may still be waiting for. */
  sweep: (deps) => sweep(withLaterClock(deps, PAST_ALL_DEADLINES_SECONDS)),
  /** Asks for the first part, whatever it is going to be. */
  begin: (deps, viewer, id) =>
    signUploadParts(deps, viewer, id, {
      parts: [{ number: 1, size: PART_SIZE, sha256: sha256Of(Buffer.from("a part")) }],
    }),
  erase: withdrawFile,
  /** At the first page, as its owner. */
  look: (deps, viewer, id) => signPageUrl(deps, viewer, id, 1, { address: null, userAgent: null }),
  show: (deps, viewer, id) => changeFile(deps, viewer, id, { visibility: "public" }),
  hide: (deps, viewer, id) => changeFile(deps, viewer, id, { visibility: "private" }),
  recrop: (deps, viewer, id) =>
    changeFile(deps, viewer, id, { crop: { x: 0.25, y: 0, width: 0.5, height: 0.5 } }),
  showProfile: (deps, viewer) => changeProfile(deps, viewer, { visibility: "public" }),
  hideProfile: (deps, viewer) => changeProfile(deps, viewer, { visibility: "private" }),
} satisfies Record<string, Operation>;

export type OperationName = keyof typeof OPERATIONS;
