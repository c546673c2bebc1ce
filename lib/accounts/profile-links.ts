import { z } from "zod";
import { singleLineText } from "../text-schemas";
import { MAX_ADDRESS_LENGTH, parseWebAddress } from "./web-address";

/** A link of a public profile. `url` is ASCII, as `parseWebAddress` returns it. */
export type ProfileLink = { url: string; label?: string };

const MAX_LINKS = 5;

const urlSchema = singleLineText({ max: MAX_ADDRESS_LENGTH }).transform((text, context) => {
  const address = parseWebAddress(text);
  if (!("problem" in address)) return address.url;
  context.addIssue({ code: "custom", message: address.problem });
  return z.NEVER;
});

export const linksSchema = z
  .array(
    z
      .strictObject({ url: urlSchema, label: singleLineText({ max: 60 }).optional() })
      .transform(({ url, label }): ProfileLink => ({ url, ...(label ? { label } : {}) })),
  )
  .max(MAX_LINKS, `must have at most ${MAX_LINKS} links`);

const storedLinksSchema = z.array(z.object({ url: z.string(), label: z.string().optional() }));

/** Reads the links of a row. */
export function readLinks(stored: unknown): ProfileLink[] {
  return storedLinksSchema
    .parse(stored)
    .map(({ url, label }) => ({ url, ...(label === undefined ? {} : { label }) }));
}
