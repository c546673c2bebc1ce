import { parsePublishing } from "../../lib/env";
import { checkServed } from "../../lib/static/check";
import { collectStatic } from "../../lib/static/collect";
import { entryOf, type Manifest } from "../../lib/static/manifest";
import { staticPolicy } from "../../lib/static/policy";
import { build } from "../build";
import { root } from "../surroundings";

/** `npm run static -- check`: whether what people get is what was built here. Returns the exit code. */
export async function checkStatic({ at }: { at: string | undefined }): Promise<number> {
  const { ASSET_PREFIX } = parsePublishing(process.env);
  await build();
  const app = process.env.APP_URL || `http://localhost:${process.env.PORT || 3000}`;
  const [prefixed, own]: [Manifest["files"], Manifest["files"]] = [{}, {}];
  for await (const file of collectStatic(root))
    Object.assign(staticPolicy(file.address).fingerprinted ? prefixed : own, {
      [file.address]: entryOf(file),
    });
  let found = 0;
  // Files under names of their own are asked of the site itself, wherever the others are.
  for (const [files, origin] of [
    [prefixed, at ?? ASSET_PREFIX ?? app],
    [own, at ?? app],
  ] as const) {
    for await (const { address, what } of checkServed(files, origin.replace(/\/+$/, ""))) {
      found += 1;
      console.log(`${origin}${address} ${what}`);
    }
  }
  const count = Object.keys(prefixed).length + Object.keys(own).length;
  console.log(
    found === 0 ? `${count} files are served as they were built.` : `${found} of ${count} files deviate.`,
  );
  return found === 0 ? 0 : 1;
}
