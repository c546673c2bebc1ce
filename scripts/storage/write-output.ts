import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/**
 * To standard output, as fast as its reader takes it. A reader that has seen enough (`| head`) ends it and is no failure: false, then, and not
 * everything was said.
 */
export async function writeOutput(text: AsyncIterable<string>): Promise<boolean> {
  try {
    await pipeline(Readable.from(text), process.stdout, { end: false });
    return true;
  } catch (thrown) {
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "EPIPE")) throw thrown;
    return false;
  }
}
