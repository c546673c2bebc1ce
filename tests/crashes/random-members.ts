import { writeSync } from "node:fs";
import type { AppContext } from "../../lib/app-context";
import { isDatabaseUnavailable } from "../../lib/db/outage";
import { Problem } from "../../lib/errors";
import type { Viewer } from "../../lib/permissions/viewer";
import { abortUpload } from "../../lib/uploads/abort";
import { completeUpload } from "../../lib/uploads/complete";
import { sweep } from "../../lib/uploads/sweep";
import { appContextFromEnv } from "./crash-fixture";
import { OPERATIONS, type OperationName } from "./operations";
import {
  issueSampleTicket,
  type SampleFile,
  sampleLargePdf,
  samplePdf,
  samplePhoto,
  uploadSample,
} from "./sample-member";
import { createRandom, type RandomInteger } from "./seeded-random";

/**
 * Members that act concurrently until the process is killed: by the parent if `crashPoints` is
 * null, else by itself at that many crash points.
 */
export type MemberRun = { members: Viewer[]; seed: number; crashPoints: number | null };

/** One output line of the process, before or after an action. */
export type MemberMessage =
  | ["accepted" | "withdrawing" | "withdrawn", string]
  | ["defect", string]
  | ["ready"];

const CONCURRENCY = 4;
/** Codes that concurrent requests may cause. Any other is a defect. */
const EXPECTED_CODES = new Set(["conflict", "gone", "purged", "not_uploaded", "not_found", "unavailable"]);

const memberRun: MemberRun = JSON.parse(process.argv[2] ?? "");
const random = createRandom(memberRun.seed);
let passedCrashPoints = 0;
const context: AppContext = {
  ...appContextFromEnv(),
  async onCrashPoint() {
    passedCrashPoints += 1;
    if (passedCrashPoints === memberRun.crashPoints)
      await new Promise(() => process.kill(process.pid, "SIGKILL"));
  },
};

function report(...message: MemberMessage): void {
  writeSync(1, `${JSON.stringify(message)}\n`);
}

type MemberAction = (viewer: Viewer) => Promise<void>;

const uploadAndComplete =
  (make: () => Promise<SampleFile>): MemberAction =>
  async (viewer) => {
    await completeAndReport(viewer, await uploadSample(context, viewer, await make()));
  };

async function completeAndReport(viewer: Viewer, id: string): Promise<void> {
  const completion = await completeUpload(context, viewer, id);
  if (completion.state === "completed") report("accepted", completion.file.id);
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
  report("withdrawing", file.id);
  await OPERATIONS.withdraw(context, viewer, file.id);
  report("withdrawn", file.id);
};

/** Resumes an upload that a killed process has left open. */
const resumeUpload: MemberAction = async (viewer) => {
  const open = { ownerId: viewer.id, state: { in: ["issued" as const, "inspecting" as const] } };
  const upload = await pickRandom(random, await context.db.upload.findMany({ where: open }));
  if (upload) await completeAndReport(viewer, upload.id);
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
  changePictures("unpublish"),
  changePictures("publish"),
  changePictures("recrop"),
  (viewer) => OPERATIONS.hideProfile(context, viewer).then(() => undefined),
  (viewer) => OPERATIONS.publishProfile(context, viewer).then(() => undefined),
  withdrawAnyFile,
  resumeUpload,
  resumeUpload,
  abortNewUpload,
  () => sweep(context).then(() => undefined),
];

function pickRandom<T>(randomInteger: RandomInteger, items: readonly T[]): T | undefined {
  return items[randomInteger(items.length)];
}

async function actForever(): Promise<never> {
  for (;;) {
    const viewer = pickRandom(random, memberRun.members);
    const act = pickRandom(random, ACTIONS);
    if (!viewer || !act) throw new Error("No member or no action.");
    try {
      await act(viewer);
    } catch (error) {
      if (error instanceof Problem ? EXPECTED_CODES.has(error.code) : isDatabaseUnavailable(error)) continue;
      report(
        "defect",
        error instanceof Error ? `${error.name} ${error.message}\n${error.stack}` : String(error),
      );
    }
  }
}

report("ready");
await Promise.all(Array.from({ length: CONCURRENCY }, actForever));
