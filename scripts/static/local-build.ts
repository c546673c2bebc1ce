import { collectStaticFiles, type StaticFile } from "../../lib/operations/static/collect-files";
import { createFolderTarget } from "../../lib/operations/static/folder-target";
import { readPublishedFiles } from "../../lib/operations/static/load-published";
import { buildAndPublish, buildIfChanged, publishedFolder, readBuildId } from "../../server/build";
import { isBundled } from "../../server/is-bundled";
import { root } from "../../server/root";

/**
 * The build that is here, as Next calls it, and its files. A clone builds where the sources have changed, and publishes for the front unless it is
 * only to be looked at. A bundle has no sources: what it was laid out with is published already, and nothing in it is written.
 */
export async function readLocalBuild({ dryRun = false } = {}): Promise<{
  id: string;
  files: AsyncIterable<StaticFile>;
}> {
  if (isBundled)
    return {
      id: readBuildId(),
      files: readPublishedFiles(createFolderTarget(publishedFolder), readBuildId()),
    };
  await (dryRun ? buildIfChanged() : buildAndPublish());
  return { id: readBuildId(), files: collectStaticFiles(root) };
}
