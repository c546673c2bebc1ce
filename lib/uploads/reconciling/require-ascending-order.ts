import { compareBytes } from "../../storage/key";

/**
 * Yields the stream unchanged and throws at the first item that is not after the one before. A
 * merge of streams in another order would report every object as missing and unknown.
 */
export async function* requireAscendingOrder<T>(
  stream: AsyncIterable<T>,
  nameOf: (item: T) => string,
  label: string,
): AsyncGenerator<T> {
  let before: string | undefined;
  for await (const item of stream) {
    const name = nameOf(item);
    if (before !== undefined && compareBytes(before, name) >= 0)
      throw new Error(`${label} are not in the byte order of their names: ${before}, then ${name}.`);
    before = name;
    yield item;
  }
}
