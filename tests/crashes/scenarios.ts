import type { Viewer } from "../../lib/permissions/viewer";
import type { AppContext } from "../../lib/app-context";
import { Problem } from "../../lib/errors";
import type { CrashPoint } from "../../lib/crash-points";
import { completeUpload } from "../../lib/uploads/complete";
import type { ExpectedFile } from "./find-inconsistencies";
import { issueSampleTicket, uploadSample, sampleLargePdf, createMember, samplePdf, samplePhoto, type SampleFile } from "./sample-member";
import { OPERATIONS, type OperationName } from "./operations";
import { withLaterClock } from "./crash-fixture";

/** Longer than a completion that was killed keeps others away. */
const AFTER_LEASE_SECONDS = 121;

/** Somebody who was in the middle of something when the process ended. */
export type ScenarioMember = { viewer: Viewer; id: string; expectedFiles: ExpectedFile[] };

export type Scenario = {
  operation: OperationName;
  /** Brings somebody to where the operation starts. */
  prepare(deps: AppContext): Promise<ScenarioMember>;
  /** Sends the same request again, as its sender would; says what must hold from then on. */
  repeat(deps: AppContext, subject: ScenarioMember): Promise<ExpectedFile[]>;
};

function completionScenario(make: () => Promise<SampleFile>): Scenario {
  return {
    operation: "complete",
    prepare: async (deps) => {
      const viewer = await createMember(deps);
      return { viewer, id: await uploadSample(deps, viewer, await make()), expectedFiles: [] };
    },
    repeat: async (deps, { viewer, id }) => {
      // At once it is either done, as far as anybody can see, or under way.
      await completeUpload(deps, viewer, id);
      const done = await completeUpload(withLaterClock(deps, AFTER_LEASE_SECONDS), viewer, id);
      if (done.state !== "completed") throw new Error("A completion that nobody is at does not end.");
      const repeated = await completeUpload(withLaterClock(deps, AFTER_LEASE_SECONDS), viewer, id);
      if (JSON.stringify(repeated) !== JSON.stringify(done)) throw new Error("The answer is another one.");
      return [{ fileId: done.file.id, withdrawal: "none" }];
    },
  };
}

/** Other bytes than were announced: the completion refuses them. */
const refusalScenario: Scenario = {
  operation: "complete",
  prepare: async (deps) => {
    const viewer = await createMember(deps);
    const sample = await samplePdf();
    const id = await uploadSample(deps, viewer, sample);
    const { key } = await deps.db.upload.findUniqueOrThrow({ where: { id } });
    await deps.storages.private.remove(key);
    const other = Buffer.alloc(sample.bytes.length, 1);
    await deps.storages.private.put(key, other, { type: sample.type, size: other.length });
    return { viewer, id, expectedFiles: [] };
  },
  repeat: async (deps, { viewer, id }) => {
    const answer = await completeUpload(withLaterClock(deps, AFTER_LEASE_SECONDS), viewer, id).catch((thrown: unknown) => thrown);
    if (!(answer instanceof Problem && answer.code === "content_mismatch"))
      throw new Error("Bytes that nobody announced were accepted.", { cause: answer });
    return [];
  },
};

/** Somebody with a picture that everybody sees, or a document; `first` happens to it before the operation. */
function fileScenario(
  operation: OperationName,
  {
    first,
    sample = samplePhoto,
    end = "none",
  }: { first?: OperationName; sample?: () => Promise<SampleFile>; end?: ExpectedFile["withdrawal"] } = {},
): Scenario {
  return {
    operation,
    prepare: async (deps) => {
      const viewer = await createMember(deps);
      const done = await completeUpload(deps, viewer, await uploadSample(deps, viewer, await sample()));
      if (done.state !== "completed") throw new Error("A completion that nobody disturbs does not end.");
      const { id } = done.file;
      if (first) await OPERATIONS[first](deps, viewer, id);
      return { viewer, id, expectedFiles: [{ fileId: id, withdrawal: end === "none" ? "none" : "asked" }] };
    },
    repeat: async (deps, { viewer, id }) => {
      await OPERATIONS[operation](deps, viewer, id);
      await requireOldBytesRemoved(deps, viewer);
      return [{ fileId: id, withdrawal: end }];
    },
  };
}

/** Once a change of visibility or an erasure is answered, what must not be seen any more is gone from the store. */
async function requireOldBytesRemoved({ db, storages, clock }: AppContext, viewer: Viewer): Promise<void> {
  const files = await db.file.findMany({ where: { ownerId: viewer.id } });
  const ids = files.map(({ id }) => id);
  // Copies that were never pointed at are due later; nobody was told where they are.
  const due = { fileId: { in: ids }, storage: "public" as const, dueAt: { lte: clock.now() } };
  const dead = await db.purge.findMany({ where: due });
  for (const { prefix } of dead)
    for await (const { key } of storages.public.list(prefix))
      throw new Error(`The answer is sent, and ${key} is still there for everybody.`);
}

function abortScenario(make: () => Promise<SampleFile>): Scenario {
  return {
    operation: "abort",
    prepare: async (deps) => {
      const viewer = await createMember(deps);
      return { viewer, id: await uploadSample(deps, viewer, await make()), expectedFiles: [] };
    },
    repeat: async (deps, { viewer, id }) => {
      await OPERATIONS.abort(deps, viewer, id);
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
  prepare: async (deps) => {
    const { viewer, expectedFiles: promised } = await fileScenario("show").prepare(deps);
    return { viewer, id: await uploadSample(deps, viewer, await samplePhoto()), expectedFiles: promised };
  },
};

/** The first part is asked for: the store begins, and the row is to hold what it called it. */
const multipartStart: Scenario = {
  operation: "begin",
  prepare: async (deps) => {
    const viewer = await createMember(deps);
    return { viewer, id: (await issueSampleTicket(deps, viewer, await sampleLargePdf())).id, expectedFiles: [] };
  },
  repeat: async (deps, { viewer, id }) => {
    // The same member, with the same ticket; what they send is theirs to choose again.
    const { size } = await deps.db.upload.findUniqueOrThrow({ where: { id } });
    await OPERATIONS.begin(deps, viewer, id);
    const lone = await deps.db.upload.findUniqueOrThrow({ where: { id } });
    if (lone.multipartId === null || lone.size !== size) throw new Error("The upload was not begun again.");
    return [];
  },
};

/** Leaves somebody as a process does that ends at this step, for a sweep to find. */
async function abandonAt(deps: AppContext, scenario: Scenario, step: CrashPoint): Promise<ExpectedFile[]> {
  const { viewer, id, expectedFiles: promised } = await scenario.prepare(deps);
  const ended = new Error("The process ends here.");
  const reached = async (now: CrashPoint) => {
    if (now === step) throw ended;
  };
  const thrown = await OPERATIONS[scenario.operation]({ ...deps, onCrashPoint: reached }, viewer, id).catch(
    (it: unknown) => it,
  );
  if (thrown !== ended) throw new Error(`${scenario.operation} does not pass ${step}.`, { cause: thrown });
  return promised;
}

/** Something of everything that a sweep has to do. */
export async function abandonEverything(deps: AppContext): Promise<ExpectedFile[]> {
  const promised: ExpectedFile[] = [];
  for (const make of [samplePdf, sampleLargePdf]) await uploadSample(deps, await createMember(deps), await make());
  promised.push(...(await abandonAt(deps, fileScenario("erase", { end: "confirmed" }), "purge.scheduled")));
  promised.push(...(await abandonAt(deps, fileScenario("hide"), "visibility.switched")));
  promised.push(...(await abandonAt(deps, fileScenario("show", { first: "hide" }), "visibility.flagged")));
  promised.push(
    ...(await abandonAt(deps, fileScenario("showProfile", { first: "hideProfile" }), "visibility.switched")),
  );
  await abandonAt(deps, multipartStart, "multipart.created");
  return promised;
}

/** What passes each step. */
export const SCENARIOS: Record<CrashPoint, readonly Scenario[]> = {
  "complete.started": [pictureCompletion, documentCompletion, multipartCompletion],
  "complete.assembled": [multipartCompletion],
  "complete.promoted": [pictureCompletion, documentCompletion],
  "complete.committed": [pictureCompletion, documentCompletion, pictureReplacement],
  "complete.refused": [refusalScenario],
  "upload.ended": [abortSinglePart, abortMultipart],
  "multipart.created": [multipartStart],
  "visibility.flagged": [fileScenario("hide"), fileScenario("show", { first: "hide" })],
  "visibility.copied": [
    fileScenario("show", { first: "hide" }),
    fileScenario("recrop"),
    fileScenario("showProfile", { first: "hideProfile" }),
  ],
  "visibility.switched": [
    fileScenario("hide"),
    fileScenario("show", { first: "hide" }),
    fileScenario("hideProfile"),
    fileScenario("showProfile", { first: "hideProfile" }),
  ],
  "recrop.rendered": [fileScenario("recrop"), fileScenario("recrop", { first: "hide" })],
  "recrop.switched": [fileScenario("recrop"), fileScenario("recrop", { first: "recrop" })],
  "page.rendered": [fileScenario("look", { sample: samplePdf })],
  "purge.scheduled": [
    fileScenario("erase", { end: "confirmed" }),
    fileScenario("erase", { sample: samplePdf, end: "confirmed" }),
  ],
  "purge.removed": [fileScenario("erase", { end: "confirmed" }), fileScenario("hide"), abortSinglePart, pictureReplacement],
};
