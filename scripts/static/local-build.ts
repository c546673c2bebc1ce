import { collectStaticFiles, type StaticFile } from "../../lib/operations/static/collect-files";
import { createFolderTarget } from "../../lib/operations/static/folder-target";
import { readPublishedFiles } from "../../lib/operations/static/load-published";
import { buildAndPublish, buildIfChanged, publishedFolder, readBuildId } from "../../server/build";
import { isBundled } from "../../server/is-bundled";
import { root } from "../../server/root";

/**
 * Returns Next's id of the local build, and its files. A clone builds if the sources have changed,
 * and publishes for the HTTP server unless it is a dry run. A bundle has no sources: its files are
 * already published, and this function writes nothing.
 */
export async function readLocalBuild({ dryRun = false } = {}): Promise<{
  id: string;
  files: AsyncIterable<StaticFile>;
}> {
  if (isBundled) {
    const id = readBuildId();
    return { id, files: readPublishedFiles(createFolderTarget(publishedFolder), id) };
  }
  await (dryRun ? buildIfChanged() : buildAndPublish());
  return { id: readBuildId(), files: collectStaticFiles(root) };
}
