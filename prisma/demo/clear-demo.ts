import type { AppContext } from "../../lib/app-context";
import { executePurges, schedulePurge } from "../../lib/files/purge";
import { DEMO_DOMAIN } from "./accounts";

/** Removes the people of a demo and everything of theirs, rows and bytes: what a start that was cut short has left. */
export async function clearDemo(deps: AppContext): Promise<void> {
  const { db } = deps;
  const demo = { email: { endsWith: DEMO_DOMAIN } };
  await db.$transaction(async (tx) => {
    const files = await tx.file.findMany({
      where: { owner: demo },
      select: { prefix: true, publicPrefix: true },
    });
    const uploads = await tx.upload.findMany({ where: { owner: demo }, select: { key: true } });
    await schedulePurge(tx, deps, [
      ...files.map(({ prefix }) => ({ storage: "private" as const, prefix })),
      ...files.flatMap(({ publicPrefix }) =>
        publicPrefix ? [{ storage: "public" as const, prefix: publicPrefix }] : [],
      ),
      ...uploads.map(({ key }) => ({ storage: "private" as const, prefix: key })),
    ]);
    await tx.user.deleteMany({ where: demo });
  });
  // Nobody but the demo's people was here, so whatever was doomed, by this or by an upload that broke off, was theirs.
  const purges = await db.purge.findMany({ select: { id: true } });
  await executePurges(
    deps,
    purges.map(({ id }) => id),
  );
}
