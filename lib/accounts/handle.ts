import { randomInt } from "node:crypto";
import { z } from "zod";
import type { Tx } from "../db/client";

/** First path segments of the site, now or later. A handle must not look like one of them. */
const RESERVED_HANDLES = new Set(
  `about account accounts admin administrator api app apple-icon assets auth blog contact contracts data demo desk documents dossier
   download downloads favicon favicon.ico file files help home icon icons image images legal login logout mail media me moderator new
   news next null official opengraph-image owner pages people privacy private profile profiles public recover register review reviewer
   reviewers reviews robots root search security settings setup sign-in sign-out sign-up signin signout signup sitemap static status
   storage support system team terms trail u undefined upload uploads user users well-known www _next`.split(
    /\s+/,
  ),
);

/** 3 to 30 characters: lower-case letters and digits, single hyphens between them. */
export const handleSchema = z
  .string()
  .max(200)
  .transform((value) => value.trim().toLowerCase())
  .refine((value) => value.length <= 30 && /^[a-z0-9](?:-?[a-z0-9]){2,29}$/.test(value), {
    message: "needs 3 to 30 characters: letters a to z, digits, and single hyphens between them",
    abort: true,
  })
  .refine((value) => !RESERVED_HANDLES.has(value), "is reserved for the site");

/** Latin letters that NFKD does not take apart, in the usual spelling without them. */
const TRANSLITERATIONS = new Map(
  Object.entries({
    ...{ ł: "l", ø: "o", æ: "ae", œ: "oe", ß: "ss", ð: "d", þ: "th", đ: "d", ı: "i" },
    ...{ ħ: "h", ŋ: "ng", ŧ: "t", ə: "e", ɓ: "b", ɗ: "d", ƙ: "k", ƴ: "y", ɛ: "e", ɔ: "o" },
  }),
);

/** Suggests a handle for a new person: Latin letters of the name, and random digits. */
export function suggestHandle(name: string): string {
  const stem = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\0-\x7f]/gu, (letter) => TRANSLITERATIONS.get(letter) ?? letter)
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 20)
    .replace(/-+$/, "");
  return `${stem || "member"}-${randomInt(100_000, 1_000_000)}`;
}

/** Returns a suggested handle that no person has. Gives up after five that are taken. */
export async function findFreeHandle(db: Tx, name: string, suggest = suggestHandle): Promise<string> {
  for (let tries = 5; ; tries -= 1) {
    const handle = suggest(name);
    const isTaken = await db.user.findUnique({ where: { handle }, select: { id: true } });
    if (!isTaken || tries === 1) return handle;
  }
}
