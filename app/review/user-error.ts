import type { ProblemBody } from "@/lib/errors";

/** What did not work, in words, and the way on. */
export type UserError = {
  title: string;
  text: string;
  /** "sign-in": a link; "claim": claim it again; "next": another document; "retry": the same again. */
  nextStep: "sign-in" | "claim" | "next" | "retry" | null;
};

export type ReviewAction = "claim" | "extend" | "release" | "decide" | "undo" | "claimNext";

const ERROR_TITLES: Record<ReviewAction, string> = {
  claim: "You could not claim this document",
  extend: "Your hold could not be extended",
  release: "The document could not be released",
  decide: "Your decision was not taken",
  undo: "The decision could not be undone",
  claimNext: "The next document could not be claimed",
};

/** Words for a problem of the desk. `detail` of our own problems is written for people already; what to do depends on what one did. */
export function userErrorOf(deed: ReviewAction, problem: ProblemBody): UserError {
  const title = ERROR_TITLES[deed];
  switch (problem.code) {
    case "unauthenticated":
      return {
        title: "You have been signed out",
        text: "What you wrote is kept in this browser tab. Sign in again and go on where you were.",
        nextStep: "sign-in",
      };
    case "not_found":
    case "forbidden":
      return {
        title,
        text:
          problem.code === "forbidden"
            ? problem.detail
            : "You no longer have leave to see this document. An admin can tell you why.",
        nextStep: "next",
      };
    case "conflict":
      return { title, text: `${problem.detail}${CONFLICT_HELP[deed].text}`, nextStep: CONFLICT_HELP[deed].way };
    case "rate_limited":
    case "unavailable":
    case "internal":
      return { title, text: `${problem.detail} What you wrote is kept.`, nextStep: "retry" };
    default:
      return { title, text: problem.detail, nextStep: null };
  }
}

const CONFLICT_HELP: Record<ReviewAction, { text: string; way: UserError["nextStep"] }> = {
  claim: { text: " You can look at it, or go on with the next one.", way: "next" },
  extend: { text: " What you wrote is kept here until you leave this tab.", way: "next" },
  release: { text: "", way: "next" },
  decide: { text: "", way: "claim" },
  undo: { text: " The decision stands; a new copy from the member can be decided on afresh.", way: null },
  claimNext: { text: " Decide on them, or release one, first.", way: null },
};
