import { writeSync } from "node:fs";
import type { Viewer } from "../../lib/permissions/viewer";
import { isDatabaseUnavailable } from "../../lib/db/outage";
import type { AppContext } from "../../lib/app-context";
import { Problem } from "../../lib/errors";
import { abortUpload } from "../../lib/uploads/abort";
import { completeUpload } from "../../lib/uploads/complete";
import { sweep } from "../../lib/uploads/sweep";
import { type RandomInteger, createRandom } from "./seeded-random";
import { issueSampleTicket, uploadSample, sampleLargePdf, samplePdf, samplePhoto, type SampleFile } from "./sample-member";
import { OPERATIONS, type OperationName } from "./operations";
import { appContextFromEnv } from "./crash-fixture";

/** Members at work, several at once, until the process is killed: from outside, or by itself when it has passed so many steps. */
export type MemberRun = { members: Viewer[]; seed: number; steps: number | null };

/** What a process says, a line each, before and after what it does for people. */
export type MemberMessage = ["accepted" | "ending" | "ended", string] | ["strange", string] | ["ready"];

const CONCURRENCY = 4;
/** What somebody may be told who is not alone. Anything else is a defect. */
const EXPECTED_CODES = new Set(["conflict", "gone", "purged", "not_uploaded", "not_found", "unavailable"]);

const memberRun: MemberRun = JSON.parse(process.argv[2] ?? "");
const random = createRandom(memberRun.seed);
let passedCrashPoints = 0;
const context: AppContext = {
  ...appContextFromEnv(),
  async onCrashPoint() {
    passedCrashPoints += 1;
    if (passedCrashPoints === memberRun.steps) await new Promise(() => process.kill(process.pid, "SIGKILL"));
  },
};

function report(...said: MemberMessage): void {
  writeSync(1, `${JSON.stringify(said)}\n`);
}

type MemberAction = (viewer: Viewer) => Promise<void>;

const uploadAndComplete =
  (make: () => Promise<SampleFile>): MemberAction =>
  async (viewer) => {
    await completeAndReport(viewer, await uploadSample(context, viewer, await make()));
  };

async function completeAndReport(viewer: Viewer, id: string): Promise<void> {
  const answer = await completeUpload(context, viewer, id);
  if (answer.state === "completed") report("accepted", answer.file.id);
}

const changePictures =
  (operation: OperationName): MemberAction =>
  async (viewer) => {
    const files = await context.db.file.findMany({
      where: { ownerId: viewer.id, field: "profilePicture", purgedAt: null },
    });
    for (const { id } of files) await OPERATIONS[operation](context, viewer, id);
  };

const withdrawAnyFile: MemberAction = async (viewer) => {
  const file = await pickRandom(
    random,
    await context.db.file.findMany({ where: { ownerId: viewer.id, purgedAt: null } }),
  );
  if (!file) return;
  report("ending", file.id);
  await OPERATIONS.erase(context, viewer, file.id);
  report("ended", file.id);
};

/** Somebody comes back to what a process left that is no more. */
const resumeUpload: MemberAction = async (viewer) => {
  const open = { ownerId: viewer.id, state: { in: ["issued" as const, "inspecting" as const] } };
  const left = await pickRandom(random, await context.db.upload.findMany({ where: open }));
  if (left) await completeAndReport(viewer, left.id);
};

const abortNewUpload: MemberAction = async (viewer) => {
  const ticket = await issueSampleTicket(context, viewer, await samplePdf());
  await abortUpload(context, viewer, ticket.id);
};

const ACTIONS: readonly MemberAction[] = [
  uploadAndComplete(samplePhoto),
  uploadAndComplete(samplePhoto),
  uploadAndComplete(samplePdf),
  uploadAndComplete(samplePdf),
  uploadAndComplete(sampleLargePdf),
  changePictures("hide"),
  changePictures("show"),
  changePictures("recrop"),
  (viewer) => OPERATIONS.hideProfile(context, viewer).then(() => undefined),
  (viewer) => OPERATIONS.showProfile(context, viewer).then(() => undefined),
  withdrawAnyFile,
  resumeUpload,
  resumeUpload,
  abortNewUpload,
  () => sweep(context).then(() => undefined),
];

function pickRandom<T>(chance: RandomInteger, items: readonly T[]): T | undefined {
  return items[chance(items.length)];
}

async function actForever(): Promise<never> {
  for (;;) {
    const viewer = pickRandom(random, memberRun.members);
    const deed = pickRandom(random, ACTIONS);
    if (!viewer || !deed) throw new Error("There is nobody here.");
    try {
      await deed(viewer);
    } catch (thrown) {
      if (thrown instanceof Problem ? EXPECTED_CODES.has(thrown.code) : isDatabaseUnavailable(thrown)) continue;
      report(
        "strange",
        thrown instanceof Error ? `${thrown.name} ${thrown.message}\n${thrown.stack}` : String(thrown),
      );
    }
  }
}

report("ready");
await Promise.all(Array.from({ length: CONCURRENCY }, actForever));
