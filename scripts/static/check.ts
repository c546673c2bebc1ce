import { parseStaticPublishEnv } from "../../lib/config/static-publish-env";
import { formatFinding } from "../../lib/operations/format-findings";
import { checkBuildFiles } from "../../lib/operations/static/check-static-files";
import { createFolderTarget } from "../../lib/operations/static/folder-target";
import { readManifests } from "../../lib/operations/static/manifest";
import { publishedFolder } from "../../server/build";
import { readLocalBuild } from "./local-build";

/**
 * `npm run static -- check`: compares the served files with the local build. Returns the exit code.
 */
export async function runStaticCheck({ at }: { at: string | undefined }): Promise<number> {
  const { ASSET_PREFIX } = parseStaticPublishEnv(process.env);
  const { id } = await readLocalBuild();
  const { manifests } = await readManifests(createFolderTarget(publishedFolder));
  const files = manifests.find(({ build }) => build === id)?.files ?? {};
  const total = Object.keys(files).length;
  if (total === 0)
    throw new Error(`Build ${id} is not published at ${publishedFolder}. Run \`npm start\` or publish it.`);
  const pageOrigin = stripTrailingSlash(
    process.env.APP_URL || `http://localhost:${process.env.PORT || 3000}`,
  );
  // The site itself serves files without a fingerprint, wherever the others are.
  const findings = await checkBuildFiles(files, {
    fingerprinted: { fileOrigin: stripTrailingSlash(at ?? ASSET_PREFIX ?? pageOrigin), pageOrigin },
    others: { fileOrigin: stripTrailingSlash(at ?? pageOrigin), pageOrigin },
  });
  for (const line of findings.flatMap(formatFinding)) console.log(line);
  console.log(
    findings.length === 0
      ? `${total} files are served as they were built.`
      : `${findings.length} of ${total} files differ from the build.`,
  );
  return findings.length === 0 ? 0 : 1;
}

function stripTrailingSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
