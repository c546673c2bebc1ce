import { type ApiResponse, problemOf } from "../call-api";
import { isFileProblem } from "./retry-policy";
import { FileChangedError, InsecurePageError } from "./sha256";
import type { UploadProblem, UploadState } from "./upload-state";

/** Reports why an upload ends without a file. `isRefused`: the member needs another file. */
export class UploadError extends Error {
  readonly problem: UploadProblem;
  readonly isRefused: boolean;

  constructor(problem: UploadProblem) {
    super(problem.detail);
    this.problem = problem;
    this.isRefused = isFileProblem(problem.code);
  }
}

/** Turns an unexpected response of the API into an error. */
export function uploadErrorOf(response: ApiResponse): UploadError {
  return new UploadError(problemOf(response));
}

/** Returns the state of an upload after this error. */
export function failedStateOf(error: unknown): UploadState {
  const { problem, isRefused } = toUploadError(error);
  return { name: isRefused ? "refused" : "failed", problem };
}

export function toUploadError(error: unknown): UploadError {
  if (error instanceof UploadError) return error;
  if (error instanceof FileChangedError) return new UploadError(UPLOAD_PROBLEMS.fileChanged);
  if (error instanceof InsecurePageError) return new UploadError(UPLOAD_PROBLEMS.insecurePage);
  console.error(error);
  return new UploadError(problemOf({ status: 500, body: null }));
}

export const UPLOAD_PROBLEMS = {
  fileChanged: {
    code: "file_changed",
    detail: "The file can no longer be read. It was moved or changed after you chose it. Choose it again.",
  },
  insecurePage: {
    code: "insecure_page",
    detail: "Uploads need a secure connection. Open this page at an address that starts with https.",
  },
  notFound: {
    code: "not_found",
    detail:
      "This upload was not found. Another person may have signed in on this device. Sign in to your account and open this page again.",
  },
  notSent: { code: "unavailable", detail: "The file was not uploaded. Try again." },
  stillChecking: {
    code: "still_checking",
    detail: "The server is still checking the file. You can leave this page and come back later.",
  },
} as const satisfies Record<string, UploadProblem>;
