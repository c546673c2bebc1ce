import { parseStaticPublishEnv } from "../../lib/config/static-publish-env";
import { checkStaticFiles } from "../../lib/operations/static/check-static-files";
import { createFolderTarget } from "../../lib/operations/static/folder-target";
import { type Manifest, readManifests } from "../../lib/operations/static/manifest";
import { staticPolicyOf } from "../../lib/operations/static/policy";
import { publishedFolder } from "../../server/build";
import { readLocalBuild } from "./local-build";

/** `npm run static -- check`: whether what people get is what was built here. Returns the exit code. */
export async function runStaticCheck({ at }: { at: string | undefined }): Promise<number> {
  const { ASSET_PREFIX } = parseStaticPublishEnv(process.env);
  const { id } = await readLocalBuild();
  const { manifests } = await readManifests(createFolderTarget(publishedFolder));
  const files = Object.entries(manifests.find((each) => each.build === id)?.files ?? {});
  if (files.length === 0) throw new Error(`Build ${id} is not published at ${publishedFolder}.`);
  const pages = stripTrailingSlash(process.env.APP_URL || `http://localhost:${process.env.PORT || 3000}`);
  const some = (fingerprinted: boolean): Manifest["files"] =>
    Object.fromEntries(
      files.filter(([address]) => staticPolicyOf(address).isFingerprinted === fingerprinted),
    );
  // Files under names of their own are asked of the site itself, wherever the others are.
  let found = 0;
  for (const [which, origin] of [
    [some(true), stripTrailingSlash(at ?? ASSET_PREFIX ?? pages)],
    [some(false), stripTrailingSlash(at ?? pages)],
  ] as const)
    for (const { address, problem: what } of await checkStaticFiles(which, {
      fileOrigin: origin,
      pageOrigin: pages,
    })) {
      found += 1;
      console.log(`${origin}${address} ${what}`);
    }
  console.log(
    found === 0
      ? `${files.length} files are served as they were built.`
      : `${found} of ${files.length} files deviate.`,
  );
  return found === 0 ? 0 : 1;
}

function stripTrailingSlash(address: string): string {
  return address.replace(/\/+$/, "");
}
