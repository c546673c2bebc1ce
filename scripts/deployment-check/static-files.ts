import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Env } from "../../lib/config/env";
import { createFinding } from "../../lib/operations/deployment/finding";
import type { DeploymentReport } from "../../lib/operations/deployment/report";
import { checkStaticFiles } from "../../lib/operations/static/check-static-files";
import { createFolderTarget } from "../../lib/operations/static/folder-target";
import { readManifests } from "../../lib/operations/static/manifest";
import { staticPolicyOf } from "../../lib/operations/static/policy";
import { publishedFolder, readBuildId } from "../../server/build";
import { root } from "../../server/root";
import { withHostProxy } from "./host-proxy";

const NO_BUILD_MESSAGE =
  "Static files were not compared: there is no build here, only where the site was built.";

/** Whether what people get is what was built here; said in one finding, `npm run static -- check` names each file. */
export async function checkStaticDeployment(
  { APP_URL, ASSET_PREFIX }: Env,
  at: string | undefined,
): Promise<Pick<DeploymentReport, "findings" | "untested">> {
  if (!existsSync(join(root, ".next/BUILD_ID"))) return { findings: [], untested: [NO_BUILD_MESSAGE] };
  const { manifests } = await readManifests(createFolderTarget(publishedFolder));
  const build = manifests.find((each) => each.build === readBuildId());
  if (!build) return { findings: [], untested: [NO_BUILD_MESSAGE] };
  const some = (fingerprinted: boolean) =>
    Object.fromEntries(
      Object.entries(build.files).filter(
        ([address]) => staticPolicyOf(address).isFingerprinted === fingerprinted,
      ),
    );
  const compare = async (own: string) => [
    ...(ASSET_PREFIX
      ? await checkStaticFiles(some(true), { fileOrigin: ASSET_PREFIX, pageOrigin: APP_URL })
      : await checkStaticFiles(some(true), { fileOrigin: own, pageOrigin: own })),
    ...(await checkStaticFiles(some(false), { fileOrigin: own, pageOrigin: own })),
  ];
  const deviating = await (at ? withHostProxy(APP_URL, at, compare) : compare(APP_URL));
  const [first] = deviating;
  if (!first) return { findings: [], untested: [] };
  const all = Object.keys(build.files).length;
  return {
    findings: [
      createFinding(
        "static-files",
        `${deviating.length} of ${all} static files are not served as they were built here, such as ${first.address}, which ${first.problem}.`,
        "`npm run static -- check` names them; deploy or publish this build, or check from the one that is deployed.",
      ),
    ],
    untested: [],
  };
}
