import type { Auth } from "../../lib/accounts/auth";
import { assignRole } from "../../lib/accounts/assign-role";
import { changeProfile } from "../../lib/accounts/profile";
import type { Viewer } from "../../lib/permissions/viewer";
import type { AppContext } from "../../lib/app-context";
import { Problem } from "../../lib/errors";
import { demoEmail, DEMO_PASSWORD } from "./accounts";
import { purgeExpiredDocuments, expireApprovals } from "./apply-retention";
import { clearDemo } from "./clear-demo";
import { type DemoPerson, DEMO_PEOPLE, type PersonKey } from "./people";
import { type DemoViewers, uploadFile, replayHistory, withPastClock } from "./seed-actions";
import { documentHistories } from "./document-histories";

/** When the demo's people joined, in days before now. */
const JOINED_DAYS_AGO = 1150;

/** The whole demo, or nothing of it: where it fails, what was laid is removed again, at the latest by the next try. */
export async function seedDemoOrClear(deps: AppContext, auth: Auth): Promise<void> {
  await clearDemo(deps);
  try {
    await seedPeople(deps, auth);
  } catch (cause) {
    const again = "Start again and it is laid from the beginning; DEMO=off starts without it.";
    const reason =
      cause instanceof Problem ? cause.detail : cause instanceof Error ? cause.message : String(cause);
    try {
      await clearDemo(deps);
    } catch (left) {
      throw new AggregateError(
        [cause, left],
        `The demo could not be laid, and a part of it is left: ${reason}\n${again}`,
      );
    }
    throw new Error(`The demo could not be laid: ${reason}\n${again}`, { cause });
  }
}

/** Lays people, pictures and documents, all of them along the roads that everybody takes. */
async function seedPeople(deps: AppContext, auth: Auth): Promise<void> {
  const now = deps.clock.now();
  const keys = Object.keys(DEMO_PEOPLE) as PersonKey[];
  const entered = await mapConcurrently(keys, async (key) => [key, await createPerson(deps, auth, now, key)] as const);
  const cast = Object.fromEntries(entered) as DemoViewers;
  const chapters = documentHistories(now);
  await mapConcurrently(keys, async (key) => {
    await createProfile(deps, now, cast[key], DEMO_PEOPLE[key]);
    for (const chapter of chapters[key] ?? []) await replayHistory(deps, now, cast, cast[key], chapter);
  });
  await expireApprovals(deps);
  await purgeExpiredDocuments(deps);
}

/** More would only take more memory. */
const CONCURRENCY = 6;

/** Does something for each, some at once. Where one fails no other is begun, and it fails when nothing of it runs any more. */
async function mapConcurrently<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = [...items.entries()];
  const worker = async () => {
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await work(next[1]);
    } finally {
      waiting.length = 0;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: CONCURRENCY }, worker));
  const failed = ended.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
  return results;
}

async function createPerson(deps: AppContext, auth: Auth, now: Date, key: PersonKey): Promise<Viewer> {
  const { name, role, fields }: DemoPerson = DEMO_PEOPLE[key];
  const email = demoEmail(key);
  const { grants } = await assignRole(
    { ...deps, auth },
    { email, role, fields, name, password: DEMO_PASSWORD },
  );
  const { id, handle } = await deps.db.user.update({
    where: { email },
    data: { createdAt: withPastClock(deps, now, JOINED_DAYS_AGO).clock.now() },
    select: { id: true, handle: true },
  });
  return { id, name, email, handle, role, grants };
}

async function createProfile(
  deps: AppContext,
  now: Date,
  who: Viewer,
  { profile, pictures = [] }: DemoPerson,
): Promise<void> {
  if (profile) await changeProfile(deps, who, profile);
  for (const [index, draw] of pictures.entries()) {
    const then = withPastClock(deps, now, JOINED_DAYS_AGO - 100 * (index + 1));
    await uploadFile(then, who, {
      field: "profilePicture",
      name: "picture.jpg",
      type: "image/jpeg",
      bytes: await draw(),
    });
  }
}
