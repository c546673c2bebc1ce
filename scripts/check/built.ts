import { existsSync } from "node:fs";
import { join } from "node:path";
import { finding } from "../../lib/deployment/finding";
import type { Report } from "../../lib/deployment/report";
import type { Env } from "../../lib/env";
import { checkServed } from "../../lib/static/check";
import { folderTarget } from "../../lib/static/folder";
import { readManifests } from "../../lib/static/manifest";
import { staticPolicy } from "../../lib/static/policy";
import { buildId, published } from "../build";
import { root } from "../root";
import { underName } from "./under-name";

const UNBUILT = "Static files were not compared: there is no build here, only where the site was built.";

/** Whether what people get is what was built here; said in one finding, `npm run static -- check` names each file. */
export async function checkBuilt(
  { APP_URL, ASSET_PREFIX }: Env,
  at: string | undefined,
): Promise<Pick<Report, "findings" | "untested">> {
  if (!existsSync(join(root, ".next/BUILD_ID"))) return { findings: [], untested: [UNBUILT] };
  const { manifests } = await readManifests(folderTarget(published));
  const build = manifests.find((each) => each.build === buildId());
  if (!build) return { findings: [], untested: [UNBUILT] };
  const some = (fingerprinted: boolean) =>
    Object.fromEntries(
      Object.entries(build.files).filter(
        ([address]) => staticPolicy(address).fingerprinted === fingerprinted,
      ),
    );
  const compare = async (own: string) => [
    ...(ASSET_PREFIX
      ? await checkServed(some(true), { origin: ASSET_PREFIX, pages: APP_URL })
      : await checkServed(some(true), { origin: own, pages: own })),
    ...(await checkServed(some(false), { origin: own, pages: own })),
  ];
  const deviating = await (at ? underName(APP_URL, at, compare) : compare(APP_URL));
  const [first] = deviating;
  if (!first) return { findings: [], untested: [] };
  const all = Object.keys(build.files).length;
  return {
    findings: [
      finding(
        "static-files",
        `${deviating.length} of ${all} static files are not served as they were built here, such as ${first.address}, which ${first.what}.`,
        "`npm run static -- check` names them; deploy or publish this build, or check from the one that is deployed.",
      ),
    ],
    untested: [],
  };
}
