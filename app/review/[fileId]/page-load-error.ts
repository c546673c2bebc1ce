import type { ErrorCode } from "@/lib/errors";

/** Why a page is not to be seen, and whether trying again can help. */
export type PageLoadError = { title: string; text: string; canRetry: boolean };

/** `code` as the API has it; null where the picture got lost on its way. */
export function pageLoadErrorOf(code: ErrorCode | null): PageLoadError {
  switch (code) {
    case "purged":
      return {
        title: "This document has been destroyed",
        text: "The file was permanently deleted. The record and the decisions stay.",
        canRetry: false,
      };
    case "not_found":
      return {
        title: "You may no longer see this document",
        text: "Leave for this kind of document was taken back, or the document is gone.",
        canRetry: false,
      };
    case "unauthenticated":
      return {
        title: "You have been signed out",
        text: "Sign in again; what you wrote is kept in this tab.",
        canRetry: true,
      };
    case "unreadable_file":
      return {
        title: "This page cannot be drawn",
        text: "The file is damaged at this place. Ask the member for a new copy.",
        canRetry: true,
      };
    case "rate_limited":
      return { title: "That was quick", text: "Wait a moment, and look again.", canRetry: true };
    default:
      return {
        title: "The page did not arrive",
        text: "The store cannot be reached at the moment, or the connection broke. Nothing is lost.",
        canRetry: true,
      };
  }
}
