import type { ApiProblem } from "@/app/_ui/call-api";
import type { SummaryError } from "@/app/_ui/error-summary";

export type ProfileFormValues = { name: string; handle: string; headline: string; bio: string };

const PROPERTY_NAMES = ["name", "handle", "headline", "bio"] as const satisfies readonly (keyof ProfileFormValues)[];

/** What differs from what was saved: only that is sent, so that two windows do not undo each other's changes. */
export function changesOf(saved: ProfileFormValues, entries: ProfileFormValues): Partial<ProfileFormValues> {
  return Object.fromEntries(
    PROPERTY_NAMES.filter((name) => entries[name] !== saved[name]).map((name) => [name, entries[name]]),
  );
}

/** The server's messages are what is said of an entry; this is what they are said of. */
const ERROR_SUBJECTS: Record<keyof ProfileFormValues, string> = {
  name: "The name",
  handle: "The address",
  headline: "The headline",
  bio: "The text",
};

/** What stands above the form and beside its entries: "The address is taken by somebody else." */
export function summaryErrorsOf({ detail, errors = [] }: ApiProblem): SummaryError[] {
  const told = errors.flatMap(({ path, message }) => {
    const name = PROPERTY_NAMES.find((each) => each === path);
    return name ? [{ path: name, message: `${ERROR_SUBJECTS[name]} ${message}.` }] : [];
  });
  return told.length > 0 ? told : [{ path: "", message: detail }];
}
