import { collectStatic, type StaticFile } from "../../lib/static/collect";
import { folderTarget } from "../../lib/static/folder";
import { publishedFiles } from "../../lib/static/load";
import { build, buildId, buildSources, published } from "../build";
import { bundled } from "../bundled";
import { root } from "../root";

/**
 * The build that is here, as Next calls it, and its files. A clone builds where the sources have changed, and publishes for the front unless it is
 * only to be looked at. A bundle has no sources: what it was laid out with is published already, and nothing in it is written.
 */
export async function builtHere({ dryRun = false } = {}): Promise<{
  id: string;
  files: AsyncIterable<StaticFile>;
}> {
  if (bundled) return { id: buildId(), files: publishedFiles(folderTarget(published), buildId()) };
  await (dryRun ? buildSources() : build());
  return { id: buildId(), files: collectStatic(root) };
}
