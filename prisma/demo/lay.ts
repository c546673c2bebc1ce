import type { Auth } from "../../lib/accounts/auth";
import { giveRole } from "../../lib/accounts/give-role";
import { changeProfile } from "../../lib/accounts/profile";
import type { Viewer } from "../../lib/accounts/viewer";
import type { Deps } from "../../lib/deps";
import { Problem } from "../../lib/errors";
import { addressOf, DEMO_PASSWORD } from "./accounts";
import { destroyDue, runOut } from "./ageing";
import { clearDemo } from "./clear";
import { type DemoPerson, PEOPLE, type PersonKey } from "./people";
import { type Cast, handIn, live, past } from "./road";
import { stories } from "./story";

/** When the demo's people joined, in days before now. */
const JOINED = 1150;

/** The whole demo, or nothing of it: where it fails, what was laid is removed again, at the latest by the next try. */
export async function layInto(deps: Deps, auth: Auth): Promise<void> {
  await clearDemo(deps);
  try {
    await lay(deps, auth);
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
async function lay(deps: Deps, auth: Auth): Promise<void> {
  const now = deps.clock.now();
  const keys = Object.keys(PEOPLE) as PersonKey[];
  const entered = await each(keys, async (key) => [key, await enter(deps, auth, now, key)] as const);
  const cast = Object.fromEntries(entered) as Cast;
  const chapters = stories(now);
  await each(keys, async (key) => {
    await introduce(deps, now, cast[key], PEOPLE[key]);
    for (const chapter of chapters[key] ?? []) await live(deps, now, cast, cast[key], chapter);
  });
  await runOut(deps);
  await destroyDue(deps);
}

/** More would only take more memory. */
const AT_ONCE = 6;

/** Does something for each, some at once. Where one fails no other is begun, and it fails when nothing of it runs any more. */
async function each<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = [...items.entries()];
  const worker = async () => {
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await work(next[1]);
    } finally {
      waiting.length = 0;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  const failed = ended.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
  return results;
}

async function enter(deps: Deps, auth: Auth, now: Date, key: PersonKey): Promise<Viewer> {
  const { name, role, fields }: DemoPerson = PEOPLE[key];
  const email = addressOf(key);
  const { grants } = await giveRole(
    { ...deps, auth },
    { email, role, fields, name, password: DEMO_PASSWORD },
  );
  const { id, handle } = await deps.db.user.update({
    where: { email },
    data: { createdAt: past(deps, now, JOINED).clock.now() },
    select: { id: true, handle: true },
  });
  return { id, name, email, handle, role, grants };
}

async function introduce(
  deps: Deps,
  now: Date,
  who: Viewer,
  { profile, pictures = [] }: DemoPerson,
): Promise<void> {
  if (profile) await changeProfile(deps, who, profile);
  for (const [index, draw] of pictures.entries()) {
    const then = past(deps, now, JOINED - 100 * (index + 1));
    await handIn(then, who, {
      field: "profilePicture",
      name: "picture.jpg",
      type: "image/jpeg",
      bytes: await draw(),
    });
  }
}
