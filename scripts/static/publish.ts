import { resolve } from "node:path";
import { systemClock } from "../../lib/clock";
import { parsePublishing } from "../../lib/env/publishing";
import { bucketTarget } from "../../lib/static/bucket";
import { folderTarget } from "../../lib/static/folder";
import { publish } from "../../lib/static/publish";
import { type Publishing, staticsOf } from "../../lib/storage/provision/statics";
import { builtHere } from "./built";

/**
 * `npm run static -- publish`: builds where the sources have changed, and publishes. A dry run builds as well, for there is nothing to compare
 * otherwise, and leaves every published file as it is. Returns the exit code.
 */
export async function publishStatic({ to, dryRun }: { to: string; dryRun: boolean }): Promise<number> {
  const settings = parsePublishing(process.env);
  const { id, files } = await builtHere({ dryRun });
  const target =
    to === "s3" ? await bucketOf(settings) : { ...folderTarget(resolve(to)), close: () => undefined };
  try {
    const done = await publish(files, target, {
      clock: systemClock,
      build: id,
      keep: settings.STATIC_KEEP,
      dryRun,
    });
    for (const key of done.added) console.log(`+ ${key}`);
    for (const key of done.replaced) console.log(`~ ${key}`);
    for (const key of done.removed) console.log(`- ${key}`);
    for (const key of done.unreadable)
      console.log(`! ${key} cannot be read, so nothing is removed. Delete it, or publish that build again.`);
    const counts = `${done.added.length} added, ${done.replaced.length} replaced, ${done.kept} there already, ${done.removed.length} removed`;
    console.log(
      `${dryRun ? "Would publish" : "Published"} build ${done.build} to ${target.name}: ${counts}.`,
    );
    return 0;
  } finally {
    target.close();
  }
}

function bucketOf(settings: Publishing) {
  const statics = staticsOf(settings);
  if (!statics)
    throw new Error("STORAGE_STATIC_BUCKET: is needed to publish to s3; --to <folder> needs none.");
  return bucketTarget(statics);
}
