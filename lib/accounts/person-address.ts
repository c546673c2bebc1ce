import { z } from "zod";

/** An e-mail address, in small letters: each address has one account. */
export const personAddressSchema = z
  .string()
  .max(320)
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.email("is not an e-mail address"));
