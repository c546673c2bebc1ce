import { compareBytes } from "../../storage/key";

/**
 * The same, held to its promise: a comparison in one pass is worth nothing where one side comes in another order, and would report everything
 * as missing and unknown at once. Throws at the first that does not come behind the one before.
 */
export async function* requireAscendingOrder<T>(
  stream: AsyncIterable<T>,
  nameOf: (each: T) => string,
  what: string,
): AsyncGenerator<T> {
  let before: string | undefined;
  for await (const each of stream) {
    const name = nameOf(each);
    if (before !== undefined && compareBytes(before, name) >= 0)
      throw new Error(`${what} come in another order than that of their bytes: ${before}, then ${name}.`);
    before = name;
    yield each;
  }
}
