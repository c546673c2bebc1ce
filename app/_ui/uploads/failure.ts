import { type Answer, problemOf } from "../call-api";
import { isOfFile } from "./patience";
import { FileChanged, InsecurePage } from "./sha256";
import type { UploadProblem, UploadState } from "./upload-state";

/** Why an upload ends without a file. `refused`: another file is needed. */
export class Failure extends Error {
  readonly problem: UploadProblem;
  readonly refused: boolean;

  constructor(problem: UploadProblem) {
    super(problem.detail);
    this.problem = problem;
    this.refused = isOfFile(problem.code);
  }
}

/** What an answer of our API means that is none of those hoped for. */
export function failureOf(answer: Answer): Failure {
  return new Failure(problemOf(answer));
}

/** The state that a thrown thing leaves the upload in. */
export function endOf(thrown: unknown): UploadState {
  const { problem, refused } = asFailure(thrown);
  return { name: refused ? "refused" : "failed", problem };
}

export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  if (thrown instanceof FileChanged) return new Failure(PROBLEMS.fileChanged);
  if (thrown instanceof InsecurePage) return new Failure(PROBLEMS.insecurePage);
  console.error(thrown);
  return new Failure(problemOf({ status: 500, body: null }));
}

export const PROBLEMS = {
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
  notHere: {
    code: "not_found",
    detail:
      "It is not to be found here. If somebody else has signed in meanwhile, sign in as yourself and look at this page again.",
  },
  notThrough: { code: "unavailable", detail: "The file did not get through. Please try again." },
  stillChecking: {
    code: "still_checking",
    detail: "The file has arrived and is still being checked. You can leave this page and look again later.",
  },
} as const satisfies Record<string, UploadProblem>;
