import { z } from "zod";

// Schemas of environment variables, for the settings of the application and of each driver.

export const secondsSchema = (fallback: number, max = Number.MAX_SAFE_INTEGER) =>
  z.coerce.number().int().positive().max(max).default(fallback);
export const countSchema = (fallback: number) => z.coerce.number().int().nonnegative().default(fallback);
export const flagSchema = z
  .enum(["true", "false", "1", "0"])
  .default("false")
  .transform((value) => value === "true" || value === "1");
export const timeZoneSchema = z
  .string()
  .refine(isTimeZone, "must be a time zone such as UTC or Europe/London")
  .default("UTC");
export const baseUrlSchema = z
  .url({ protocol: /^https?$/, error: "must be a URL such as https://example.org" })
  .transform((url) => url.replace(/\/+$/, ""));
export const postgresUrlSchema = z.string().regex(/^postgres(ql)?:\/\//, "must start with postgresql://");

/** A secret: it may contain a password, so no error repeats it. */
export const smtpUrlSchema = z.string().refine((text) => {
  const url = URL.parse(text);
  return url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== "";
}, "must be a URL such as smtp://user:password@mail.example.org:587, or one with smtps://");

/** `mail@example.org` or `Name <mail@example.org>`. */
export const mailAddressSchema = z.string().transform((text, { addIssue }) => {
  const [, name = "", inBrackets] = /^([^<>"\p{Cc}]*)<([^<>]*)>$/u.exec(text.trim()) ?? [];
  const address = z.email().safeParse(inBrackets ?? text.trim());
  if (address.success) return { name: name.trim(), address: address.data };
  addIssue("must be an address such as mail@example.org, or Dossier <mail@example.org>");
  return z.NEVER;
});

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
