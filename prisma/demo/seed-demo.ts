import { readFile } from "node:fs/promises";
import { assignRole } from "../../lib/accounts/assign-role";
import { changeProfile } from "../../lib/accounts/profile";
import type { AppContext } from "../../lib/app-context";
import { mapConcurrently } from "../../lib/concurrency";
import { Problem } from "../../lib/errors";
import type { Viewer } from "../../lib/permissions/viewer";
import { DEMO_PASSWORD, demoEmail } from "./accounts";
import { applyPastRetention } from "./apply-retention";
import { clearDemo } from "./clear-demo";
import { documentHistories } from "./document-histories";
import { DEMO_PEOPLE, type DemoPerson, type PersonKey } from "./people";
import { DEMO_REQUESTS } from "./requests";
import { type DemoViewers, replayHistory, replayRequest, uploadFile, withPastClock } from "./seed-actions";

/** Days before now at which the demo's people joined. */
const JOINED_DAYS_AGO = 1150;

/** Seeds the demo. After a failure it removes that part, at the latest on the next call. */
export async function seedDemoOrClear(context: AppContext): Promise<void> {
  await clearDemo(context);
  try {
    await seedPeople(context);
  } catch (error) {
    const advice = "Start again to seed it from the beginning, or set DEMO=off to start without it.";
    const reason = messageOf(error);
    try {
      await clearDemo(context);
    } catch (clearError) {
      throw new AggregateError(
        [error, clearError],
        `The demo could not be seeded, and a part of it is left: ${reason}\n${advice}`,
      );
    }
    throw new Error(`The demo could not be seeded: ${reason}\n${advice}`, { cause: error });
  }
}

function messageOf(error: unknown): string {
  if (error instanceof Problem) return error.detail;
  return error instanceof Error ? error.message : String(error);
}

/** Creates people, pictures and documents through the functions that requests use. */
async function seedPeople(context: AppContext): Promise<void> {
  const now = context.clock.now();
  const keys = Object.keys(DEMO_PEOPLE) as PersonKey[];
  const created = await mapConcurrently(
    keys,
    CONCURRENCY,
    async (key) => [key, await createPerson(context, now, key)] as const,
  );
  const viewers = Object.fromEntries(created) as DemoViewers;
  const histories = documentHistories(now);
  const contextAt = (ago: number) => withPastClock(context, now, ago);
  await mapConcurrently(keys, CONCURRENCY, async (key) => {
    await createProfile(context, now, viewers[key], DEMO_PEOPLE[key]);
    for (const request of DEMO_REQUESTS[key] ?? [])
      await replayRequest(contextAt, viewers.admin, viewers[key], request);
    for (const history of histories[key] ?? []) {
      await replayHistory(contextAt, viewers, viewers[key], history);
    }
  });
  await applyPastRetention(context);
}

/** More people at a time only need more memory. */
const CONCURRENCY = 6;

async function createPerson(context: AppContext, now: Date, key: PersonKey): Promise<Viewer> {
  const { name, role, fields }: DemoPerson = DEMO_PEOPLE[key];
  const email = demoEmail(key);
  const assignment = { email, role, fields, name, password: DEMO_PASSWORD, demo: true };
  const { grants } = await assignRole(context, assignment);
  const { id, handle } = await context.db.user.update({
    where: { email },
    data: { createdAt: withPastClock(context, now, JOINED_DAYS_AGO).clock.now() },
    select: { id: true, handle: true },
  });
  return { id, name, email, handle, role, grants };
}

async function createProfile(
  context: AppContext,
  now: Date,
  owner: Viewer,
  { profile, pictures = [] }: DemoPerson,
): Promise<void> {
  if (profile) await changeProfile(context, owner, profile);
  for (const [index, name] of pictures.entries()) {
    const bytes = await readFile(new URL(`./pictures/${name}`, import.meta.url));
    const past = withPastClock(context, now, JOINED_DAYS_AGO - 100 * (index + 1));
    await uploadFile(past, owner, {
      field: "profilePicture",
      name: "picture.jpg",
      type: "image/jpeg",
      bytes,
    });
  }
}
