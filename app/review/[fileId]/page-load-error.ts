import type { ApiProblem } from "@/app/_ui/call-api";

/** Why a page is not shown, and whether trying again can help. */
export type PageLoadError = { title: string; text: string; canRetry: boolean };

/** Describes why the image of a page did not load, by the problem that the API sent. */
export function pageLoadErrorOf({ code, detail }: Pick<ApiProblem, "code" | "detail">): PageLoadError {
  switch (code) {
    case "purged":
      return {
        title: "This document was deleted",
        text: "The file was permanently deleted. The record and the decisions stay.",
        canRetry: false,
      };
    case "not_found":
      return {
        title: "You no longer have access to this document",
        text: "Your access to this document type was removed, or the document was deleted.",
        canRetry: false,
      };
    case "unauthenticated":
      return {
        title: "Your session has expired",
        text: "Your text is saved in this tab. Sign in again to continue.",
        canRetry: true,
      };
    case "unreadable_file":
      return {
        title: "This page cannot be displayed",
        text: detail,
        canRetry: false,
      };
    case "rate_limited":
      return {
        title: "Too many requests, try again in a moment",
        text: "You opened many pages in a short time.",
        canRetry: true,
      };
    default:
      return {
        title: "This page could not be loaded",
        text: "The file storage cannot be reached, or the connection was lost. Try again.",
        canRetry: true,
      };
  }
}
