import { changeProfile } from "../../accounts/profile";
import type { Viewer } from "../../accounts/viewer";
import type { Deps } from "../../deps";
import { change } from "../../files/change";
import { erase } from "../../files/erase";
import { openPage } from "../../files/open";
import { abort } from "../../uploads/abort";
import { complete } from "../../uploads/complete";
import { signParts } from "../../uploads/sign-parts";
import { sweep } from "../../uploads/sweep";
import { sha256Of } from "./member";
import { later, PART, PAST_EVERYTHING } from "./world";

type Operation = (deps: Deps, viewer: Viewer, id: string) => Promise<unknown>;

/** What a process is started for, by name; `id` is the upload's or the file's. Each is what a request handler calls. */
export const OPERATIONS = {
  complete,
  abort,
  /** As the scheduler will have it, when nothing is left that anybody may still be waiting for. */
  sweep: (deps) => sweep(later(deps, PAST_EVERYTHING)),
  /** Asks for the first part, whatever it is going to be. */
  begin: (deps, viewer, id) =>
    signParts(deps, viewer, id, {
      parts: [{ number: 1, size: PART, sha256: sha256Of(Buffer.from("a part")) }],
    }),
  erase,
  /** At the first page, as its owner. */
  look: (deps, viewer, id) => openPage(deps, viewer, id, 1, { address: null, userAgent: null }),
  show: (deps, viewer, id) => change(deps, viewer, id, { visibility: "public" }),
  hide: (deps, viewer, id) => change(deps, viewer, id, { visibility: "private" }),
  recrop: (deps, viewer, id) =>
    change(deps, viewer, id, { crop: { x: 0.25, y: 0, width: 0.5, height: 0.5 } }),
  showProfile: (deps, viewer) => changeProfile(deps, viewer, { visibility: "public" }),
  hideProfile: (deps, viewer) => changeProfile(deps, viewer, { visibility: "private" }),
} satisfies Record<string, Operation>;

export type OperationName = keyof typeof OPERATIONS;
