import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Env } from "../../lib/config/env";
import { createFinding, createUntested } from "../../lib/operations/deployment/rules";
import type { Finding } from "../../lib/operations/finding";
import { checkBuildFiles } from "../../lib/operations/static/check-static-files";
import { createFolderTarget } from "../../lib/operations/static/folder-target";
import { readManifests } from "../../lib/operations/static/manifest";
import { publishedFolder, readBuildId } from "../../server/build";
import { root } from "../../server/root";

const NO_BUILD = createUntested(
  "static-files",
  "Static files were not compared: there is no build here. Run the check where the site was built.",
);

/**
 * Compares the served static files with the local build. `npm run static -- check` lists each file.
 */
export async function checkStaticDeployment(
  { APP_URL, ASSET_PREFIX }: Env,
  at: string | undefined,
): Promise<Finding[]> {
  if (!existsSync(join(root, ".next/BUILD_ID"))) return [NO_BUILD];
  const { manifests } = await readManifests(createFolderTarget(publishedFolder));
  const manifest = manifests.find(({ build }) => build === readBuildId());
  if (!manifest) return [NO_BUILD];
  const site = { fileOrigin: APP_URL, pageOrigin: APP_URL, at };
  const deviations = await checkBuildFiles(manifest.files, {
    fingerprinted: ASSET_PREFIX ? { fileOrigin: ASSET_PREFIX, pageOrigin: APP_URL } : site,
    others: site,
  });
  const [first] = deviations;
  if (!first) return [];
  const total = Object.keys(manifest.files).length;
  return [
    createFinding(
      "static-files",
      `${deviations.length} of ${total} static files differ from the local build, such as ${first.check}: ${first.found}`,
      "Run `npm run static -- check` to list them. Deploy or publish this build, or run the check from the deployed one.",
    ),
  ];
}
