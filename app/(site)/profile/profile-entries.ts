import type { ProfileTexts } from "@/lib/accounts/profile";
import { parseWebAddress } from "@/lib/accounts/web-address";
import type { FieldError } from "@/lib/errors";
import { type Entries, filledRows } from "./autosave";

/** The texts of a page without its address: a new one breaks links, so it has a button. */
export type PageTexts = Omit<ProfileTexts, "handle">;

export function entriesOf({ links, ...texts }: PageTexts): Entries {
  return { ...texts, links: links.map(({ url, label = "" }) => ({ url, label })) };
}

/** Returns the texts as typed, for the preview. */
export function textsOf(entries: Entries): PageTexts {
  const text = (name: keyof PageTexts) => {
    const entry = entries[name];
    return typeof entry === "string" ? entry.trim() : "";
  };
  const { links } = entries;
  return {
    ...{ name: text("name"), headline: text("headline"), bio: text("bio") },
    ...{ pronouns: text("pronouns"), location: text("location"), languages: text("languages") },
    links: filledRows(typeof links === "object" ? links : []),
  };
}

/** Finds what cannot be saved: half an address must not end the links that are saved. */
export function checkTexts({ name, links }: Entries): FieldError[] {
  const errors =
    typeof name === "string" && name.trim() === "" ? [{ path: "name", message: "must not be empty" }] : [];
  const rows = typeof links === "object" ? links : [];
  return [
    ...errors,
    ...rows.flatMap((row, index) => {
      const address = filledRows([row]).length > 0 ? parseWebAddress(row.url) : null;
      return address && "problem" in address
        ? [{ path: `links.${index}.url`, message: address.problem }]
        : [];
    }),
  ];
}

/** The subjects of the messages, which are predicates such as "must not be empty". */
const SUBJECTS = new Map([
  ["name", "The name"],
  ["headline", "The headline"],
  ["bio", "The text"],
  ["pronouns", "This line"],
  ["location", "The location"],
  ["languages", "This line"],
  ["links", "The list"],
  ["url", "The address"],
  ["label", "The words"],
  ["alt", "The description"],
]);

/** Returns the sentence of an error: "The address must begin with https://." */
export function sentenceOf({ path, message }: FieldError): string {
  return `${SUBJECTS.get(path.split(".").at(-1) ?? "") ?? "This entry"} ${message}.`;
}

/** Completes an address that a person has typed as people say it: "example.org". */
export function completeAddress(typed: string): string {
  return /^[^\s:/]+\.[^\s:]+$/.test(typed.trim()) ? `https://${typed.trim()}` : typed;
}
