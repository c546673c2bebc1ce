import type { PublicProfile } from "@/lib/accounts/profile";

/** About the length that search engines and chats show. */
const MAX_CHARACTERS = 160;

/** Describes a profile in one line: the headline, else the start of its text, else its name. */
export function descriptionOf({
  name,
  headline,
  bio,
}: Pick<PublicProfile, "name" | "headline" | "bio">): string {
  const text = headline || bio.replace(/\s+/gu, " ");
  if (text === "") return `The profile of ${name}.`;
  const characters = [...text];
  if (characters.length <= MAX_CHARACTERS) return text;
  const start = characters.slice(0, MAX_CHARACTERS - 1).join("");
  return `${start.replace(/\s\S*$/u, "")}…`;
}
