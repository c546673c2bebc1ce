import { resolve } from "node:path";
import { systemClock } from "../../lib/clock";
import { parseStaticPublishEnv } from "../../lib/config/static-publish-env";
import { createBucketTarget } from "../../lib/operations/static/bucket-target";
import { createFolderTarget } from "../../lib/operations/static/folder-target";
import { publishFiles } from "../../lib/operations/static/publish";
import { type PublishingSettings, staticBucketFromEnv } from "../../lib/operations/static/static-bucket";
import { readLocalBuild } from "./local-build";

/**
 * `npm run static -- publish`: builds if the sources have changed, and publishes. A dry run builds,
 * too, because it compares, but changes no published file. Returns the exit code.
 */
export async function runStaticPublish({ to, dryRun }: { to: string; dryRun: boolean }): Promise<number> {
  const settings = parseStaticPublishEnv(process.env);
  const { id, files } = await readLocalBuild({ dryRun });
  const target =
    to === "s3"
      ? await openBucketTarget(settings)
      : { ...createFolderTarget(resolve(to)), close: () => undefined };
  try {
    const { build, added, replaced, unchanged, removed, unreadable } = await publishFiles(files, target, {
      clock: systemClock,
      build: id,
      keepSeconds: settings.STATIC_KEEP,
      dryRun,
    });
    for (const key of added) console.log(`+ ${key}`);
    for (const key of replaced) console.log(`~ ${key}`);
    for (const key of removed) console.log(`- ${key}`);
    for (const key of unreadable)
      console.log(`! ${key} cannot be read, so no file is removed. Delete it, or publish that build again.`);
    const counts = `${added.length} added, ${replaced.length} replaced, ${unchanged} unchanged, ${removed.length} removed`;
    console.log(`${dryRun ? "Would publish" : "Published"} build ${build} to ${target.name}: ${counts}.`);
    return 0;
  } finally {
    target.close();
  }
}

function openBucketTarget(settings: PublishingSettings) {
  const staticBucket = staticBucketFromEnv(settings);
  if (!staticBucket)
    throw new Error("STORAGE_STATIC_BUCKET: is missing. Set it to publish to s3, or use --to <folder>.");
  return createBucketTarget(staticBucket);
}
