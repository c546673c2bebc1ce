import { Problem } from "../errors";
import type { Part } from "./storage";

/** S3's limit. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000;

/** Returns `number`, or throws if it is not a valid part number, which is a bug. */
export function requirePartNumber(number: number): number {
  if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS)
    throw new Error(`Not a part number: ${number}`);
  return number;
}

/** Throws unless there is at least one part and the numbers ascend. Anything else is a bug. */
export function requirePartOrder(parts: readonly Part[]): void {
  if (parts.length === 0) throw new Error("An object has at least one part.");
  let last = 0;
  for (const { number } of parts) {
    if (requirePartNumber(number) <= last) throw new Error(`Part ${number} follows part ${last}.`);
    last = number;
  }
}

/**
 * Returns the received part for each expected part. Fails with `not_uploaded` if one is missing,
 * has another size, or is not expected: AWS would drop such a part, Ceph rejects the completion.
 */
export function matchParts<T extends Part>(received: readonly T[], expected: readonly Part[]): T[] {
  const byNumber = new Map(received.map((part) => [part.number, part]));
  const matched = expected.map(({ number, size }) => {
    const part = byNumber.get(number);
    if (!part || part.size !== size) throw missingPartsProblem();
    byNumber.delete(number);
    return part;
  });
  if (byNumber.size > 0) throw missingPartsProblem();
  return matched;
}

export function missingPartsProblem(cause?: unknown): Problem {
  return new Problem("not_uploaded", "The file is not complete. Please send the missing parts.", { cause });
}
