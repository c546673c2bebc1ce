import type { AppContext } from "../../lib/app-context";
import { erasePeopleFromTrail } from "../../lib/audit/erase-people";
import { executePurges, schedulePurge } from "../../lib/files/purge";

/** Removes the demo's people with all rows and bytes, for example after an interrupted seed. */
export async function clearDemo(context: AppContext): Promise<void> {
  const { db } = context;
  const isDemo = { demo: true };
  await db.$transaction(async (tx) => {
    const files = await tx.file.findMany({
      where: { owner: isDemo },
      select: { prefix: true, publicPrefix: true },
    });
    const uploads = await tx.upload.findMany({ where: { owner: isDemo }, select: { key: true } });
    await schedulePurge(tx, context, [
      ...files.map(({ prefix }) => ({ storage: "private" as const, prefix })),
      ...files.flatMap(({ publicPrefix }) =>
        publicPrefix ? [{ storage: "public" as const, prefix: publicPrefix }] : [],
      ),
      ...uploads.map(({ key }) => ({ storage: "private" as const, prefix: key })),
    ]);
    const people = await tx.user.findMany({ where: isDemo, select: { id: true } });
    await tx.user.deleteMany({ where: isDemo });
    await erasePeopleFromTrail(
      tx,
      context,
      people.map(({ id }) => id),
    );
  });
  // The database had only the demo's people, so every scheduled purge is of their bytes.
  const purges = await db.purge.findMany({ select: { id: true } });
  await executePurges(
    context,
    purges.map(({ id }) => id),
  );
}
