import type { PublicProfile } from "@/lib/accounts/profile";

/** About as much as a search engine or a chat shows. */
const MAX_CHARACTERS = 160;

/** A profile in one line: the headline, else how the words about it begin, else its name. */
export function descriptionOf({
  name,
  headline,
  bio,
}: Pick<PublicProfile, "name" | "headline" | "bio">): string {
  const words = headline || bio.replace(/\s+/gu, " ");
  if (words === "") return `The profile of ${name}.`;
  const letters = [...words];
  if (letters.length <= MAX_CHARACTERS) return words;
  const cut = letters.slice(0, MAX_CHARACTERS - 1).join("");
  return `${cut.replace(/\s\S*$/u, "")}…`;
}
