import { writeSync } from "node:fs";
import type { Viewer } from "../../accounts/viewer";
import { isDatabaseAway } from "../../db/outage";
import type { Deps } from "../../deps";
import { Problem } from "../../errors";
import { abort } from "../../uploads/abort";
import { complete } from "../../uploads/complete";
import { sweep } from "../../uploads/sweep";
import { type Chance, chanceOf } from "./chance";
import { announce, deliver, largePdf, pdf, photo, type Sample } from "./member";
import { OPERATIONS, type OperationName } from "./operations";
import { depsOfEnvironment } from "./world";

/** Members at work, several at once, until the process is killed: from outside, or by itself when it has passed so many steps. */
export type Crowd = { members: Viewer[]; seed: number; steps: number | null };

/** What a process says, a line each, before and after what it does for people. */
export type Said = ["accepted" | "ending" | "ended", string] | ["strange", string] | ["ready"];

const AT_ONCE = 4;
/** What somebody may be told who is not alone. Anything else is a defect. */
const ORDINARY = new Set(["conflict", "gone", "purged", "not_uploaded", "not_found", "unavailable"]);

const crowd: Crowd = JSON.parse(process.argv[2] ?? "");
const chance = chanceOf(crowd.seed);
let passed = 0;
const deps: Deps = {
  ...depsOfEnvironment(),
  async reached() {
    passed += 1;
    if (passed === crowd.steps) await new Promise(() => process.kill(process.pid, "SIGKILL"));
  },
};

function say(...said: Said): void {
  writeSync(1, `${JSON.stringify(said)}\n`);
}

type Deed = (viewer: Viewer) => Promise<void>;

const upload =
  (make: () => Promise<Sample>): Deed =>
  async (viewer) => {
    await accept(viewer, await deliver(deps, viewer, await make()));
  };

async function accept(viewer: Viewer, id: string): Promise<void> {
  const answer = await complete(deps, viewer, id);
  if (answer.state === "completed") say("accepted", answer.file.id);
}

const toPicture =
  (operation: OperationName): Deed =>
  async (viewer) => {
    const files = await deps.db.file.findMany({
      where: { ownerId: viewer.id, field: "profilePicture", purgedAt: null },
    });
    for (const { id } of files) await OPERATIONS[operation](deps, viewer, id);
  };

const erase: Deed = async (viewer) => {
  const file = await anyOf(
    chance,
    await deps.db.file.findMany({ where: { ownerId: viewer.id, purgedAt: null } }),
  );
  if (!file) return;
  say("ending", file.id);
  await OPERATIONS.erase(deps, viewer, file.id);
  say("ended", file.id);
};

/** Somebody comes back to what a process left that is no more. */
const takeUp: Deed = async (viewer) => {
  const open = { ownerId: viewer.id, state: { in: ["issued" as const, "inspecting" as const] } };
  const left = await anyOf(chance, await deps.db.upload.findMany({ where: open }));
  if (left) await accept(viewer, left.id);
};

const giveBack: Deed = async (viewer) => {
  const ticket = await announce(deps, viewer, await pdf());
  await abort(deps, viewer, ticket.id);
};

const DEEDS: readonly Deed[] = [
  upload(photo),
  upload(photo),
  upload(pdf),
  upload(pdf),
  upload(largePdf),
  toPicture("hide"),
  toPicture("show"),
  toPicture("recrop"),
  (viewer) => OPERATIONS.hideProfile(deps, viewer).then(() => undefined),
  (viewer) => OPERATIONS.showProfile(deps, viewer).then(() => undefined),
  erase,
  takeUp,
  takeUp,
  giveBack,
  () => sweep(deps).then(() => undefined),
];

function anyOf<T>(chance: Chance, items: readonly T[]): T | undefined {
  return items[chance(items.length)];
}

async function work(): Promise<never> {
  for (;;) {
    const viewer = anyOf(chance, crowd.members);
    const deed = anyOf(chance, DEEDS);
    if (!viewer || !deed) throw new Error("There is nobody here.");
    try {
      await deed(viewer);
    } catch (thrown) {
      if (thrown instanceof Problem ? ORDINARY.has(thrown.code) : isDatabaseAway(thrown)) continue;
      say(
        "strange",
        thrown instanceof Error ? `${thrown.name} ${thrown.message}\n${thrown.stack}` : String(thrown),
      );
    }
  }
}

say("ready");
await Promise.all(Array.from({ length: AT_ONCE }, work));
