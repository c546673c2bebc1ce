import type { AppContext } from "../../lib/app-context";
import type { CrashPoint } from "../../lib/crash-points";
import { Problem } from "../../lib/errors";
import { deliverDueMails } from "../../lib/mail/deliver";
import type { Viewer } from "../../lib/permissions/viewer";
import { completeUpload } from "../../lib/uploads/complete";
import { withLaterClock } from "./crash-fixture";
import type { ExpectedFile } from "./find-inconsistencies";
import { OPERATIONS, type OperationName } from "./operations";
import {
  createMember,
  issueSampleTicket,
  type SampleFile,
  sampleLargePdf,
  samplePdf,
  samplePhoto,
  uploadSample,
} from "./sample-member";

/** Longer than the lease of a killed completion. */
const AFTER_LEASE_SECONDS = 21;

/** A member, with the upload or file of the killed operation. */
export type ScenarioMember = { viewer: Viewer; id: string; expectedFiles: ExpectedFile[] };

export type Scenario = {
  operation: OperationName;
  /** Creates a member and the state in which the operation starts. */
  prepare(context: AppContext): Promise<ScenarioMember>;
  /** Repeats the request as a client does. Returns what must be true from then on. */
  repeat(context: AppContext, member: ScenarioMember): Promise<ExpectedFile[]>;
};

function completionScenario(make: () => Promise<SampleFile>): Scenario {
  return {
    operation: "complete",
    prepare: async (context) => {
      const viewer = await createMember(context);
      return { viewer, id: await uploadSample(context, viewer, await make()), expectedFiles: [] };
    },
    repeat: async (context, { viewer, id }) => {
      // Before the lease ends it is either completed or still inspecting.
      await completeUpload(context, viewer, id);
      const done = await completeUpload(withLaterClock(context, AFTER_LEASE_SECONDS), viewer, id);
      if (done.state !== "completed") throw new Error("A completion after the lease does not complete.");
      const repeated = await completeUpload(withLaterClock(context, AFTER_LEASE_SECONDS), viewer, id);
      if (JSON.stringify(repeated) !== JSON.stringify(done))
        throw new Error("The repeat returned another result.");
      return [{ fileId: done.file.id, withdrawal: "none" }];
    },
  };
}

/** The received bytes differ from the declared content: the completion refuses them. */
const refusalScenario: Scenario = {
  operation: "complete",
  prepare: async (context) => {
    const viewer = await createMember(context);
    const sample = await samplePdf();
    const id = await uploadSample(context, viewer, sample);
    const { key } = await context.db.upload.findUniqueOrThrow({ where: { id } });
    await context.storages.private.remove(key);
    const other = Buffer.alloc(sample.bytes.length, 1);
    await context.storages.private.put(key, other, { type: sample.type, size: other.length });
    return { viewer, id, expectedFiles: [] };
  },
  repeat: async (context, { viewer, id }) => {
    const result = await completeUpload(withLaterClock(context, AFTER_LEASE_SECONDS), viewer, id).catch(
      (error: unknown) => error,
    );
    if (!(result instanceof Problem && result.code === "content_mismatch"))
      throw new Error("The completion accepted undeclared bytes.", { cause: result });
    return [];
  },
};

/** A member with a public picture or a document. `first` runs before the operation. */
function fileScenario(
  operation: OperationName,
  {
    first,
    sample = samplePhoto,
    withdrawal = "none",
  }: {
    first?: OperationName;
    sample?: () => Promise<SampleFile>;
    withdrawal?: ExpectedFile["withdrawal"];
  } = {},
): Scenario {
  return {
    operation,
    prepare: async (context) => {
      const viewer = await createMember(context);
      const done = await completeUpload(context, viewer, await uploadSample(context, viewer, await sample()));
      if (done.state !== "completed") throw new Error("An undisturbed completion does not complete.");
      const { id } = done.file;
      if (first) await OPERATIONS[first](context, viewer, id);
      return {
        viewer,
        id,
        expectedFiles: [{ fileId: id, withdrawal: withdrawal === "none" ? "none" : "asked" }],
      };
    },
    repeat: async (context, { viewer, id }) => {
      await OPERATIONS[operation](context, viewer, id);
      await requireOldBytesRemoved(context, viewer);
      return [{ fileId: id, withdrawal }];
    },
  };
}

/** After the response to a visibility change or a withdrawal, the old public bytes are deleted. */
async function requireOldBytesRemoved({ db, storages, clock }: AppContext, viewer: Viewer): Promise<void> {
  const files = await db.file.findMany({ where: { ownerId: viewer.id } });
  const ids = files.map(({ id }) => id);
  // Copies that no row has referenced are due later; no client has their URL.
  const due = { fileId: { in: ids }, storage: "public" as const, dueAt: { lte: clock.now() } };
  const purges = await db.purge.findMany({ where: due });
  for (const { prefix } of purges)
    for await (const { key } of storages.public.list(prefix))
      throw new Error(`The response is sent, but ${key} is still public.`);
}

const withdrawDocument = fileScenario("withdraw", { sample: samplePdf, withdrawal: "confirmed" });

/** A document whose last day is over. */
const endOfRetention: Scenario = {
  ...withdrawDocument,
  operation: "retention",
  prepare: async (context) => {
    const member = await withdrawDocument.prepare(context);
    // The first run of the job computes the date again, from this.
    const data = { createdAt: new Date(0), keepUntil: new Date(0) };
    await context.db.file.update({ where: { id: member.id }, data });
    return member;
  },
  repeat: async (context, { viewer, id }) => {
    await OPERATIONS.retention(context, viewer, id);
    return [{ fileId: id, withdrawal: "confirmed" }];
  },
};

/** Longer than the leases of a killed run, and the grace of its purges. */
const AFTER_ERASURE_SECONDS = 4 * 3600;

/** A member with a public picture and a document, who asked for the erasure of the account. */
const erasure: Scenario = {
  operation: "erase",
  prepare: async (context) => {
    const { viewer, id } = await fileScenario("publish").prepare(context);
    await completeUpload(context, viewer, await uploadSample(context, viewer, await samplePdf()));
    await context.db.user.update({ where: { id: viewer.id }, data: { erasureDueAt: new Date(0) } });
    return { viewer, id, expectedFiles: [] };
  },
  repeat: async (context, { viewer }) => {
    const later = withLaterClock(context, AFTER_ERASURE_SECONDS);
    await OPERATIONS.erase(later);
    if ((await context.db.user.count({ where: { id: viewer.id } })) > 0)
      throw new Error("A killed erasure is not finished.");
    return [];
  },
};

function abortScenario(make: () => Promise<SampleFile>): Scenario {
  return {
    operation: "abort",
    prepare: async (context) => {
      const viewer = await createMember(context);
      return { viewer, id: await uploadSample(context, viewer, await make()), expectedFiles: [] };
    },
    repeat: async (context, { viewer, id }) => {
      await OPERATIONS.abort(context, viewer, id);
      return [];
    },
  };
}

const abortSinglePart = abortScenario(samplePdf);
const abortMultipart = abortScenario(sampleLargePdf);

const pictureCompletion = completionScenario(samplePhoto);
const documentCompletion = completionScenario(samplePdf);
const multipartCompletion = completionScenario(sampleLargePdf);
const pictureReplacement: Scenario = {
  ...pictureCompletion,
  prepare: async (context) => {
    const { viewer, expectedFiles } = await fileScenario("publish").prepare(context);
    return { viewer, id: await uploadSample(context, viewer, await samplePhoto()), expectedFiles };
  },
};

/** Requests the first part: the store creates the multipart upload, and the row saves its id. */
const multipartStart: Scenario = {
  operation: "signPart",
  prepare: async (context) => {
    const viewer = await createMember(context);
    return {
      viewer,
      id: (await issueSampleTicket(context, viewer, await sampleLargePdf())).id,
      expectedFiles: [],
    };
  },
  repeat: async (context, { viewer, id }) => {
    const { size } = await context.db.upload.findUniqueOrThrow({ where: { id } });
    await OPERATIONS.signPart(context, viewer, id);
    const upload = await context.db.upload.findUniqueOrThrow({ where: { id } });
    if (upload.multipartId === null || upload.size !== size)
      throw new Error("The multipart upload was not created again.");
    return [];
  },
};

/** Longer than the claim of a killed delivery. */
const AFTER_MAIL_CLAIM_SECONDS = 200;

const mailDelivery: Scenario = {
  operation: "sendMail",
  prepare: async (context) => {
    const viewer = await createMember(context);
    return { viewer, id: viewer.id, expectedFiles: [] };
  },
  repeat: async (context, { viewer }) => {
    await deliverDueMails(withLaterClock(context, AFTER_MAIL_CLAIM_SECONDS));
    const mails = await context.db.mail.findMany({ where: { recipientId: viewer.id } });
    if (mails.length === 0 || mails.some(({ state }) => state !== "sent"))
      throw new Error("A killed delivery is not repeated.");
    return [];
  },
};

/** Ends an operation at a crash point and leaves its state to a sweep. */
async function abandonAt(
  context: AppContext,
  scenario: Scenario,
  crashPoint: CrashPoint,
): Promise<ExpectedFile[]> {
  const { viewer, id, expectedFiles } = await scenario.prepare(context);
  const crash = new Error("The process ends here.");
  const onCrashPoint = async (passed: CrashPoint) => {
    if (passed === crashPoint) throw crash;
  };
  const error = await OPERATIONS[scenario.operation]({ ...context, onCrashPoint }, viewer, id).catch(
    (cause: unknown) => cause,
  );
  if (error !== crash)
    throw new Error(`${scenario.operation} does not pass ${crashPoint}.`, { cause: error });
  return expectedFiles;
}

/** Leaves work of every kind for a sweep. */
export async function abandonEverything(context: AppContext): Promise<ExpectedFile[]> {
  const expectedFiles: ExpectedFile[] = [];
  for (const make of [samplePdf, sampleLargePdf])
    await uploadSample(context, await createMember(context), await make());
  expectedFiles.push(
    ...(await abandonAt(context, fileScenario("withdraw", { withdrawal: "confirmed" }), "purge.scheduled")),
  );
  expectedFiles.push(...(await abandonAt(context, fileScenario("unpublish"), "visibility.switched")));
  expectedFiles.push(
    ...(await abandonAt(context, fileScenario("publish", { first: "unpublish" }), "visibility.flagged")),
  );
  expectedFiles.push(
    ...(await abandonAt(
      context,
      fileScenario("publishProfile", { first: "hideProfile" }),
      "visibility.switched",
    )),
  );
  await abandonAt(context, multipartStart, "multipart.created");
  return expectedFiles;
}

/** The scenarios that pass each crash point. */
export const SCENARIOS: Record<CrashPoint, readonly Scenario[]> = {
  "complete.started": [pictureCompletion, documentCompletion, multipartCompletion],
  "complete.assembled": [multipartCompletion],
  "complete.promoted": [pictureCompletion, documentCompletion],
  "complete.committed": [pictureCompletion, documentCompletion, pictureReplacement],
  "complete.refused": [refusalScenario],
  "upload.ended": [abortSinglePart, abortMultipart],
  "multipart.created": [multipartStart],
  "visibility.flagged": [fileScenario("unpublish"), fileScenario("publish", { first: "unpublish" })],
  "visibility.copied": [
    fileScenario("publish", { first: "unpublish" }),
    fileScenario("recrop"),
    fileScenario("publishProfile", { first: "hideProfile" }),
  ],
  "visibility.switched": [
    fileScenario("unpublish"),
    fileScenario("publish", { first: "unpublish" }),
    fileScenario("hideProfile"),
    fileScenario("publishProfile", { first: "hideProfile" }),
  ],
  "recrop.rendered": [fileScenario("recrop"), fileScenario("recrop", { first: "unpublish" })],
  "recrop.switched": [fileScenario("recrop"), fileScenario("recrop", { first: "recrop" })],
  "page.rendered": [fileScenario("viewPage", { sample: samplePdf })],
  "purge.scheduled": [
    fileScenario("withdraw", { withdrawal: "confirmed" }),
    withdrawDocument,
    endOfRetention,
  ],
  "erasure.started": [erasure],
  "erasure.reported": [erasure],
  "erasure.stripped": [erasure],
  "purge.marked": [endOfRetention, fileScenario("withdraw", { withdrawal: "confirmed" }), pictureReplacement],
  "mail.sent": [mailDelivery],
  "purge.removed": [
    erasure,
    endOfRetention,
    fileScenario("withdraw", { withdrawal: "confirmed" }),
    fileScenario("unpublish"),
    abortSinglePart,
    pictureReplacement,
  ],
};
