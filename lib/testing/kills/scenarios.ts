import type { Viewer } from "../../accounts/viewer";
import type { Deps } from "../../deps";
import { Problem } from "../../errors";
import type { Step } from "../../steps";
import { complete } from "../../uploads/complete";
import type { Promised } from "./judge";
import { announce, deliver, largePdf, newMember, pdf, photo, type Sample } from "./member";
import { OPERATIONS, type OperationName } from "./operations";
import { later } from "./world";

/** Longer than a completion that was killed keeps others away. */
const PATIENCE = 121;

/** Somebody who was in the middle of something when the process ended. */
export type Subject = { viewer: Viewer; id: string; promised: Promised[] };

export type Scenario = {
  operation: OperationName;
  /** Brings somebody to where the operation starts. */
  prepare(deps: Deps): Promise<Subject>;
  /** Sends the same request again, as its sender would; says what must hold from then on. */
  again(deps: Deps, subject: Subject): Promise<Promised[]>;
};

function completing(make: () => Promise<Sample>): Scenario {
  return {
    operation: "complete",
    prepare: async (deps) => {
      const viewer = await newMember(deps);
      return { viewer, id: await deliver(deps, viewer, await make()), promised: [] };
    },
    again: async (deps, { viewer, id }) => {
      // At once it is either done, as far as anybody can see, or under way.
      await complete(deps, viewer, id);
      const done = await complete(later(deps, PATIENCE), viewer, id);
      if (done.state !== "completed") throw new Error("A completion that nobody is at does not end.");
      const repeated = await complete(later(deps, PATIENCE), viewer, id);
      if (JSON.stringify(repeated) !== JSON.stringify(done)) throw new Error("The answer is another one.");
      return [{ fileId: done.file.id, end: "none" }];
    },
  };
}

/** Other bytes than were announced: the completion refuses them. */
const refusing: Scenario = {
  operation: "complete",
  prepare: async (deps) => {
    const viewer = await newMember(deps);
    const sample = await pdf();
    const id = await deliver(deps, viewer, sample);
    const { key } = await deps.db.upload.findUniqueOrThrow({ where: { id } });
    await deps.storages.private.remove(key);
    const other = Buffer.alloc(sample.bytes.length, 1);
    await deps.storages.private.put(key, other, { type: sample.type, size: other.length });
    return { viewer, id, promised: [] };
  },
  again: async (deps, { viewer, id }) => {
    const answer = await complete(later(deps, PATIENCE), viewer, id).catch((thrown: unknown) => thrown);
    if (!(answer instanceof Problem && answer.code === "content_mismatch"))
      throw new Error("Bytes that nobody announced were accepted.", { cause: answer });
    return [];
  },
};

/** Somebody with a picture that everybody sees, or a document; `first` happens to it before the operation. */
function withFile(
  operation: OperationName,
  {
    first,
    sample = photo,
    end = "none",
  }: { first?: OperationName; sample?: () => Promise<Sample>; end?: Promised["end"] } = {},
): Scenario {
  return {
    operation,
    prepare: async (deps) => {
      const viewer = await newMember(deps);
      const done = await complete(deps, viewer, await deliver(deps, viewer, await sample()));
      if (done.state !== "completed") throw new Error("A completion that nobody disturbs does not end.");
      const { id } = done.file;
      if (first) await OPERATIONS[first](deps, viewer, id);
      return { viewer, id, promised: [{ fileId: id, end: end === "none" ? "none" : "asked" }] };
    },
    again: async (deps, { viewer, id }) => {
      await OPERATIONS[operation](deps, viewer, id);
      await requireNoOldBytes(deps, viewer);
      return [{ fileId: id, end }];
    },
  };
}

/** Once a change of visibility or an erasure is answered, what must not be seen any more is gone from the store. */
async function requireNoOldBytes({ db, storages, clock }: Deps, viewer: Viewer): Promise<void> {
  const files = await db.file.findMany({ where: { ownerId: viewer.id } });
  const ids = files.map(({ id }) => id);
  // Copies that were never pointed at are due later; nobody was told where they are.
  const due = { fileId: { in: ids }, storage: "public" as const, dueAt: { lte: clock.now() } };
  const dead = await db.purge.findMany({ where: due });
  for (const { prefix } of dead)
    for await (const { key } of storages.public.list(prefix))
      throw new Error(`The answer is sent, and ${key} is still there for everybody.`);
}

function givingBack(make: () => Promise<Sample>): Scenario {
  return {
    operation: "abort",
    prepare: async (deps) => {
      const viewer = await newMember(deps);
      return { viewer, id: await deliver(deps, viewer, await make()), promised: [] };
    },
    again: async (deps, { viewer, id }) => {
      await OPERATIONS.abort(deps, viewer, id);
      return [];
    },
  };
}

const giveBack = givingBack(pdf);
const givePartsBack = givingBack(largePdf);

const picture = completing(photo);
const document = completing(pdf);
const large = completing(largePdf);
const replacing: Scenario = {
  ...picture,
  prepare: async (deps) => {
    const { viewer, promised } = await withFile("show").prepare(deps);
    return { viewer, id: await deliver(deps, viewer, await photo()), promised };
  },
};

/** The first part is asked for: the store begins, and the row is to hold what it called it. */
const beginning: Scenario = {
  operation: "begin",
  prepare: async (deps) => {
    const viewer = await newMember(deps);
    return { viewer, id: (await announce(deps, viewer, await largePdf())).id, promised: [] };
  },
  again: async (deps, { viewer, id }) => {
    // The same member, with the same ticket; what they send is theirs to choose again.
    const { size } = await deps.db.upload.findUniqueOrThrow({ where: { id } });
    await OPERATIONS.begin(deps, viewer, id);
    const lone = await deps.db.upload.findUniqueOrThrow({ where: { id } });
    if (lone.multipartId === null || lone.size !== size) throw new Error("The upload was not begun again.");
    return [];
  },
};

/** Leaves somebody as a process does that ends at this step, for a sweep to find. */
async function leave(deps: Deps, scenario: Scenario, step: Step): Promise<Promised[]> {
  const { viewer, id, promised } = await scenario.prepare(deps);
  const ended = new Error("The process ends here.");
  const reached = async (now: Step) => {
    if (now === step) throw ended;
  };
  const thrown = await OPERATIONS[scenario.operation]({ ...deps, reached }, viewer, id).catch(
    (it: unknown) => it,
  );
  if (thrown !== ended) throw new Error(`${scenario.operation} does not pass ${step}.`, { cause: thrown });
  return promised;
}

/** Something of everything that a sweep has to do. */
export async function leaveAll(deps: Deps): Promise<Promised[]> {
  const promised: Promised[] = [];
  for (const make of [pdf, largePdf]) await deliver(deps, await newMember(deps), await make());
  promised.push(...(await leave(deps, withFile("erase", { end: "confirmed" }), "purge.written")));
  promised.push(...(await leave(deps, withFile("hide"), "visibility.pointed")));
  promised.push(...(await leave(deps, withFile("show", { first: "hide" }), "visibility.flagged")));
  promised.push(
    ...(await leave(deps, withFile("showProfile", { first: "hideProfile" }), "visibility.pointed")),
  );
  await leave(deps, beginning, "parts.begun");
  return promised;
}

/** What passes each step. */
export const SCENARIOS: Record<Step, readonly Scenario[]> = {
  "complete.claimed": [picture, document, large],
  "complete.joined": [large],
  "complete.promoted": [picture, document],
  "complete.adopted": [picture, document, replacing],
  "complete.refused": [refusing],
  "upload.ended": [giveBack, givePartsBack],
  "parts.begun": [beginning],
  "visibility.flagged": [withFile("hide"), withFile("show", { first: "hide" })],
  "visibility.copied": [
    withFile("show", { first: "hide" }),
    withFile("recrop"),
    withFile("showProfile", { first: "hideProfile" }),
  ],
  "visibility.pointed": [
    withFile("hide"),
    withFile("show", { first: "hide" }),
    withFile("hideProfile"),
    withFile("showProfile", { first: "hideProfile" }),
  ],
  "recrop.cut": [withFile("recrop"), withFile("recrop", { first: "hide" })],
  "recrop.pointed": [withFile("recrop"), withFile("recrop", { first: "recrop" })],
  "page.drawn": [withFile("look", { sample: pdf })],
  "purge.written": [
    withFile("erase", { end: "confirmed" }),
    withFile("erase", { sample: pdf, end: "confirmed" }),
  ],
  "purge.removed": [withFile("erase", { end: "confirmed" }), withFile("hide"), giveBack, replacing],
};
