import { type ApiResponse, problemOf } from "../call-api";
import { isFileProblem } from "./retry-policy";
import { FileChangedError, InsecurePageError } from "./sha256";
import type { UploadProblem, UploadState } from "./upload-state";

/** Why an upload ends without a file. `refused`: another file is needed. */
export class UploadError extends Error {
  readonly problem: UploadProblem;
  readonly isRefused: boolean;

  constructor(problem: UploadProblem) {
    super(problem.detail);
    this.problem = problem;
    this.isRefused = isFileProblem(problem.code);
  }
}

/** What an answer of our API means that is none of those hoped for. */
export function uploadErrorOf(answer: ApiResponse): UploadError {
  return new UploadError(problemOf(answer));
}

/** The state that a thrown thing leaves the upload in. */
export function failedStateOf(thrown: unknown): UploadState {
  const { problem, isRefused: refused } = toUploadError(thrown);
  return { name: refused ? "refused" : "failed", problem };
}

export function toUploadError(thrown: unknown): UploadError {
  if (thrown instanceof UploadError) return thrown;
  if (thrown instanceof FileChangedError) return new UploadError(UPLOAD_PROBLEMS.fileChanged);
  if (thrown instanceof InsecurePageError) return new UploadError(UPLOAD_PROBLEMS.insecurePage);
  console.error(thrown);
  return new UploadError(problemOf({ status: 500, body: null }));
}

export const UPLOAD_PROBLEMS = {
  fileChanged: {
    code: "file_changed",
    detail:
      "The file can no longer be read: it was moved or changed since you chose it. Please choose it again.",
  },
  insecurePage: {
    code: "insecure_page",
    detail:
      "Files can only be sent over a secure connection. Please open this page at an address that starts with https.",
  },
  notFound: {
    code: "not_found",
    detail:
      "It is not to be found here. If somebody else has signed in meanwhile, sign in as yourself and look at this page again.",
  },
  notSent: { code: "unavailable", detail: "The file did not get through. Please try again." },
  stillChecking: {
    code: "still_checking",
    detail: "The file has arrived and is still being checked. You can leave this page and look again later.",
  },
} as const satisfies Record<string, UploadProblem>;
