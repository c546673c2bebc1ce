import { z } from "zod";
import { ENCODINGS, type StaticFile } from "./collect";

/** What a build consists of, for whoever serves, compares or cleans up. Addresses are those on the site. */
export const manifestSchema = z.object({
  version: z.literal(1),
  /** Next's id of the build. */
  build: z.string(),
  publishedAt: z.iso.datetime(),
  files: z.record(
    z.string(),
    z.object({
      size: z.int().nonnegative(),
      sha256: z.string(),
      encodings: z.array(z.enum(ENCODINGS)),
    }),
  ),
});

export type Manifest = z.infer<typeof manifestSchema>;

export function entryOf({ bytes, sha256, encoded }: StaticFile): Manifest["files"][string] {
  return { size: bytes.length, sha256, encodings: ENCODINGS.filter((encoding) => encoded[encoding]) };
}
