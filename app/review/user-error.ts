import type { ApiProblem } from "@/app/_ui/call-api";

/** An error as the reviewer reads it: what happened, and what to do. */
export type UserError = {
  title: string;
  text: string;
  /**
   * "sign-in" shows a link; "claim" claims the same document again; "next" claims another one;
   * "retry" repeats the action.
   */
  nextStep: "sign-in" | "claim" | "next" | "retry" | null;
};

export type ReviewAction = "claim" | "extend" | "release" | "decide" | "undo" | "claimNext";

const ERROR_TITLES: Record<ReviewAction, string> = {
  claim: "You could not claim this document",
  extend: "Your claim could not be extended",
  release: "The document could not be released",
  decide: "Your decision was not saved",
  undo: "The decision could not be undone",
  claimNext: "The next document could not be claimed",
};

/** Describes a problem for the reviewer. The next step depends on the action that failed. */
export function userErrorOf(action: ReviewAction, problem: ApiProblem): UserError {
  const title = ERROR_TITLES[action];
  switch (problem.code) {
    case "unauthenticated":
      return {
        title: "Your session has expired",
        text: "Your text is saved in this tab. Sign in again to continue.",
        nextStep: "sign-in",
      };
    case "not_found":
      return {
        title,
        text: "You no longer have access to this document. Ask an admin why.",
        nextStep: "next",
      };
    case "forbidden":
      return { title, text: problem.detail, nextStep: "next" };
    case "conflict": {
      const { text, nextStep } = CONFLICT_HELP[action];
      return { title, text: `${problem.detail}${text}`, nextStep };
    }
    case "unconfirmed":
      return {
        title: action === "undo" ? "It is not certain that the undo was saved" : UNCONFIRMED_TITLE,
        text: `${problem.detail} Your text is saved in this tab.`,
        nextStep: "retry",
      };
    case "other_person":
      return {
        title: "Another person is signed in",
        text: `${problem.detail} Your text is saved in this tab.`,
        nextStep: "retry",
      };
    case "offline":
    case "rate_limited":
    case "unavailable":
    case "internal":
      return { title, text: `${problem.detail} Your text is saved.`, nextStep: "retry" };
    default:
      return { title, text: problem.detail, nextStep: null };
  }
}

const UNCONFIRMED_TITLE = "It is not certain that your decision was saved";

const CONFLICT_HELP: Record<ReviewAction, Pick<UserError, "text" | "nextStep">> = {
  claim: { text: " You can open it without a claim, or claim the next one.", nextStep: "next" },
  extend: { text: " Your text is saved until you close this tab.", nextStep: "next" },
  release: { text: "", nextStep: "next" },
  decide: { text: "", nextStep: "claim" },
  undo: {
    text: " The decision is final. You can decide again when the member uploads a new copy.",
    nextStep: null,
  },
  claimNext: { text: " First decide on them, or release one.", nextStep: null },
};
