import { parsePublishing } from "../../lib/env/publishing";
import { checkServed } from "../../lib/static/check";
import { folderTarget } from "../../lib/static/folder";
import { type Manifest, readManifests } from "../../lib/static/manifest";
import { staticPolicy } from "../../lib/static/policy";
import { published } from "../build";
import { builtHere } from "./built";

/** `npm run static -- check`: whether what people get is what was built here. Returns the exit code. */
export async function checkStatic({ at }: { at: string | undefined }): Promise<number> {
  const { ASSET_PREFIX } = parsePublishing(process.env);
  const { id } = await builtHere();
  const { manifests } = await readManifests(folderTarget(published));
  const files = Object.entries(manifests.find((each) => each.build === id)?.files ?? {});
  if (files.length === 0) throw new Error(`Build ${id} is not published at ${published}.`);
  const pages = withoutSlash(process.env.APP_URL || `http://localhost:${process.env.PORT || 3000}`);
  const some = (fingerprinted: boolean): Manifest["files"] =>
    Object.fromEntries(files.filter(([address]) => staticPolicy(address).fingerprinted === fingerprinted));
  // Files under names of their own are asked of the site itself, wherever the others are.
  let found = 0;
  for (const [which, origin] of [
    [some(true), withoutSlash(at ?? ASSET_PREFIX ?? pages)],
    [some(false), withoutSlash(at ?? pages)],
  ] as const)
    for (const { address, what } of await checkServed(which, { origin, pages })) {
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

function withoutSlash(address: string): string {
  return address.replace(/\/+$/, "");
}
