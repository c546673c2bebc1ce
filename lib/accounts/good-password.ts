import { Problem } from "../errors";

const MIN_PASSWORD_LENGTH = 10;
const MAX_PASSWORD_LENGTH = 256;

/**
 * Requires a password that is hard to guess: long enough, none of the 49,000 commonest, and more
 * than the person's own name or address. Call it wherever a person chooses a password: sign-up,
 * invitation, recovery, change, and `npm run person`. The first call loads the list, half a
 * megabyte. Errors: invalid, at `path`.
 */
export async function requireGoodPassword(
  password: string,
  { name, email }: { name: string; email: string },
  path = "password",
): Promise<void> {
  const message = findFault(password, [name, email]) ?? (await findCommonPassword(password));
  if (message)
    throw new Problem("invalid", `Choose another password: this one ${message}.`, {
      errors: [{ path, message }],
    });
}

function findFault(password: string, own: readonly string[]): string | null {
  if (password.length < MIN_PASSWORD_LENGTH) return `needs at least ${MIN_PASSWORD_LENGTH} characters`;
  if (password.length > MAX_PASSWORD_LENGTH) return `can have at most ${MAX_PASSWORD_LENGTH} characters`;
  if (new Set(password).size < 4) return "repeats the same characters";
  if (isOwnName(password, own)) return "is too close to your name or e-mail address";
  return null;
}

/** This many letters of other words make a password more than a name. */
const MIN_OTHER_LETTERS = 5;

/** Tells whether few letters are left of a password without the words of a name or address. */
function isOwnName(password: string, own: readonly string[]): boolean {
  const words = own.flatMap((text) => fold(text).split(/[^\p{L}\p{N}]+/u)).filter(({ length }) => length > 2);
  let rest = fold(password);
  for (const word of words.toSorted((one, other) => other.length - one.length))
    rest = rest.replaceAll(word, "");
  if (rest === fold(password)) return false;
  return (rest.match(/\p{L}/gu) ?? []).length < MIN_OTHER_LETTERS;
}

/** Small letters without accents: "Zoë" and "zoe" are one name. */
function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

let commonPasswords: Promise<ReadonlySet<string>> | undefined;

/** The list has small letters only. Digits and signs at the end add little. */
async function findCommonPassword(password: string): Promise<string | null> {
  commonPasswords ??= import("@zxcvbn-ts/language-common").then(
    ({ dictionary }) => new Set(dictionary["passwords-common"]),
  );
  const common = await commonPasswords;
  const lower = password.toLowerCase();
  if (common.has(lower)) return "is one of the most common passwords";
  const withoutEnd = lower.replace(/[^\p{L}]+$/u, "");
  return withoutEnd !== "" && common.has(withoutEnd) ? "is a common password with a few signs added" : null;
}
