import { changeProfile } from "../../lib/accounts/profile";
import type { AppContext } from "../../lib/app-context";
import { changeFile } from "../../lib/files/change-file";
import { signPageUrl } from "../../lib/files/signed-urls";
import { withdrawFile } from "../../lib/files/withdraw-file";
import { newId } from "../../lib/id";
import { deliverDueMails } from "../../lib/mail/deliver";
import { enqueueMails } from "../../lib/mail/outbox";
import type { Viewer } from "../../lib/permissions/viewer";
import { runRetention } from "../../lib/retention/run-retention";
import { abortUpload } from "../../lib/uploads/abort";
import { completeUpload } from "../../lib/uploads/complete";
import { signUploadParts } from "../../lib/uploads/sign-parts";
import { sweep } from "../../lib/uploads/sweep";
import { PART_SIZE, PAST_ALL_DEADLINES_SECONDS, withLaterClock } from "./crash-fixture";
import { sha256Of } from "./sample-member";

type Operation = (context: AppContext, viewer: Viewer, id: string) => Promise<unknown>;

/**
 * The operations of child processes. Each calls what a request handler calls; `id` is an upload or
 * a file.
 */
export const OPERATIONS = {
  complete: completeUpload,
  abort: abortUpload,
  /** After every deadline, so that the sweep has all of its work. */
  sweep: (context) => sweep(withLaterClock(context, PAST_ALL_DEADLINES_SECONDS)),
  /** Requests a URL for the first part. */
  signPart: (context, viewer, id) =>
    signUploadParts(context, viewer, id, {
      parts: [{ number: 1, size: PART_SIZE, sha256: sha256Of(Buffer.from("a part")) }],
    }),
  withdraw: withdrawFile,
  retention: (context, _viewer, _id) => runRetention(context),
  /** Erases every account whose erasure is due, with the delivery of the last mail. */
  erase: async (context) => {
    await runRetention(context);
    await deliverDueMails(context);
    await runRetention(context);
  },
  /** Opens the first page as the owner. */
  viewPage: (context, viewer, id) => signPageUrl(context, viewer, id, 1, { address: null, userAgent: null }),
  publish: (context, viewer, id) => changeFile(context, viewer, id, { visibility: "public" }),
  unpublish: (context, viewer, id) => changeFile(context, viewer, id, { visibility: "private" }),
  recrop: (context, viewer, id) =>
    changeFile(context, viewer, id, { crop: { x: 0.25, y: 0, width: 0.5, height: 0.5 } }),
  publishProfile: (context, viewer) => changeProfile(context, viewer, { visibility: "public" }),
  hideProfile: (context, viewer) => changeProfile(context, viewer, { visibility: "private" }),
  /** Sends a mail. Another process may claim it first, so it tries again with another mail. */
  sendMail: async (context, { id: recipientId }) => {
    for (let count = 0; count < 50; count += 1) {
      const key = newId();
      await enqueueMails(context.db, context, [{ template: "destroyed", recipientId, key }]);
      await deliverDueMails(context);
      if ((await context.db.mail.findUniqueOrThrow({ where: { key } })).state === "sent") return;
    }
    throw new Error("Other processes claimed every mail.");
  },
} satisfies Record<string, Operation>;

export type OperationName = keyof typeof OPERATIONS;
