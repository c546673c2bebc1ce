import { ENCODINGS, type Encoding } from "./collect";
import { type StaticPolicy, staticPolicy } from "./policy";
import { keyOf, publishedManifests } from "./publish";
import type { StaticTarget } from "./target";

/** A published file in memory. */
export type Loaded = {
  policy: StaticPolicy;
  sha256: string;
  forms: ReadonlyMap<Encoding | "identity", Buffer>;
};

/**
 * Everything that is published at a target, by address: a few megabytes. Of files under names of their own, those of the youngest build; of
 * fingerprinted ones, those of earlier builds as well, for pages that are open. Throws where a manifest names what is not there.
 */
export async function loadStatic(target: StaticTarget): Promise<ReadonlyMap<string, Loaded>> {
  const loaded = new Map<string, Loaded>();
  const [youngest, ...earlier] = await publishedManifests(target);
  for (const manifest of youngest ? [youngest, ...earlier] : []) {
    for (const [address, { sha256, encodings }] of Object.entries(manifest.files)) {
      const policy = staticPolicy(address);
      if (loaded.has(address) || (manifest !== youngest && !policy.fingerprinted)) continue;
      const forms = new Map<Encoding | "identity", Buffer>();
      for (const form of ["identity", ...ENCODINGS.filter((each) => encodings.includes(each))] as const) {
        const bytes = await target.read(keyOf(address, form));
        if (!bytes) throw new Error(`${target.name} lacks ${keyOf(address, form)}. Please publish again.`);
        forms.set(form, bytes);
      }
      loaded.set(address, { policy, sha256, forms });
    }
  }
  return loaded;
}
