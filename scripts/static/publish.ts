import { resolve } from "node:path";
import { systemClock } from "../../lib/clock";
import { parseStaticPublishEnv } from "../../lib/config/static-publish-env";
import { type PublishingSettings, staticBucketFromEnv } from "../../lib/operations/provision/static-bucket";
import { createBucketTarget } from "../../lib/operations/static/bucket-target";
import { createFolderTarget } from "../../lib/operations/static/folder-target";
import { publishFiles } from "../../lib/operations/static/publish";
import { readLocalBuild } from "./local-build";

/**
 * `npm run static -- publish`: builds where the sources have changed, and publishes. A dry run builds as well, for there is nothing to compare
 * otherwise, and leaves every published file as it is. Returns the exit code.
 */
export async function runStaticPublish({ to, dryRun }: { to: string; dryRun: boolean }): Promise<number> {
  const settings = parseStaticPublishEnv(process.env);
  const { id, files } = await readLocalBuild({ dryRun });
  const target =
    to === "s3"
      ? await openBucketTarget(settings)
      : { ...createFolderTarget(resolve(to)), close: () => undefined };
  try {
    const done = await publishFiles(files, target, {
      clock: systemClock,
      build: id,
      keepSeconds: settings.STATIC_KEEP,
      dryRun,
    });
    for (const key of done.added) console.log(`+ ${key}`);
    for (const key of done.replaced) console.log(`~ ${key}`);
    for (const key of done.removed) console.log(`- ${key}`);
    for (const key of done.unreadable)
      console.log(`! ${key} cannot be read, so nothing is removed. Delete it, or publish that build again.`);
    const counts = `${done.added.length} added, ${done.replaced.length} replaced, ${done.unchanged} there already, ${done.removed.length} removed`;
    console.log(
      `${dryRun ? "Would publish" : "Published"} build ${done.build} to ${target.name}: ${counts}.`,
    );
    return 0;
  } finally {
    target.close();
  }
}

function openBucketTarget(settings: PublishingSettings) {
  const statics = staticBucketFromEnv(settings);
  if (!statics)
    throw new Error("STORAGE_STATIC_BUCKET: is needed to publish to s3; --to <folder> needs none.");
  return createBucketTarget(statics);
}
