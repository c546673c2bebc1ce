import type { ApiProblem } from "@/app/_ui/call-api";
import type { SummaryError } from "@/app/_ui/error-summary";

export type ProfileFormValues = { name: string; handle: string; headline: string; bio: string };

const PROPERTY_NAMES = [
  "name",
  "handle",
  "headline",
  "bio",
] as const satisfies readonly (keyof ProfileFormValues)[];

/** Returns the changed entries. The form sends only these, so two tabs do not undo each other. */
export function changesOf(saved: ProfileFormValues, entries: ProfileFormValues): Partial<ProfileFormValues> {
  return Object.fromEntries(
    PROPERTY_NAMES.filter((name) => entries[name] !== saved[name]).map((name) => [name, entries[name]]),
  );
}

/** The subjects of the server's messages, which are predicates such as "is already in use". */
const ERROR_SUBJECTS: Record<keyof ProfileFormValues, string> = {
  name: "The name",
  handle: "The address",
  headline: "The headline",
  bio: "The text",
};

/** Returns the errors for the summary and for the entries: "The address is already in use." */
export function summaryErrorsOf({ detail, errors = [] }: ApiProblem): SummaryError[] {
  const entryErrors = errors.flatMap(({ path, message }) => {
    const name = PROPERTY_NAMES.find((property) => property === path);
    return name ? [{ path: name, message: `${ERROR_SUBJECTS[name]} ${message}.` }] : [];
  });
  return entryErrors.length > 0 ? entryErrors : [{ path: "", message: detail }];
}
