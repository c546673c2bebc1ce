import { Problem } from "../errors";
import type { Part } from "./storage";

/** S3's own limit. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000;

/** A number that no store knows is a bug and throws. */
export function requirePartNumber(number: number): number {
  if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS)
    throw new Error(`Not the number of a part: ${number}`);
  return number;
}

/** What is to be joined: at least one part, each once, in the order of their numbers. Anything else is a bug and throws. */
export function requirePartOrder(parts: readonly Part[]): void {
  if (parts.length === 0) throw new Error("An object has at least one part.");
  let last = 0;
  for (const { number } of parts) {
    if (requirePartNumber(number) <= last) throw new Error(`Part ${number} comes after part ${last}.`);
    last = number;
  }
}

/**
 * What has arrived of each part that is wanted. Fails with `not_uploaded` where one has not, is not as long as it should be, or is one too many: Ceph
 * refuses to leave one out that AWS would drop.
 */
export function matchParts<T extends Part>(found: readonly T[], wanted: readonly Part[]): T[] {
  const byNumber = new Map(found.map((part) => [part.number, part]));
  const parts = wanted.map(({ number, size }) => {
    const part = byNumber.get(number);
    if (!part || part.size !== size) throw missingPartsProblem();
    byNumber.delete(number);
    return part;
  });
  if (byNumber.size > 0) throw missingPartsProblem();
  return parts;
}

export function missingPartsProblem(cause?: unknown): Problem {
  return new Problem("not_uploaded", "Not all of the file has arrived yet. Please send what is missing.", {
    cause,
  });
}
