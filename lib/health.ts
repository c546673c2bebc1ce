import type { Deps } from "./deps";

export type Health = {
  status: "ok" | "failing";
  checks: { database: Check; storage: Check; mail: Check; scanner: Check };
};
type Check = "ok" | "failing" | "off";

/** Whether what the application leans on answers. Says that something fails, never why: anybody may ask. */
export async function health({ db, storages }: Pick<Deps, "db" | "storages">): Promise<Health> {
  const [database, storage] = await Promise.all([
    outcome(db.$queryRaw`SELECT 1`),
    outcome(Promise.all([storages.public.check(), storages.private.check()])),
  ]);
  const checks = { database, storage, mail: "off", scanner: "off" } as const;
  return { status: database === "ok" && storage === "ok" ? "ok" : "failing", checks };
}

async function outcome(attempt: Promise<unknown>): Promise<"ok" | "failing"> {
  try {
    await attempt;
    return "ok";
  } catch (cause) {
    console.warn("A health check fails.", cause);
    return "failing";
  }
}
