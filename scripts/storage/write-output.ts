import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/**
 * Writes to standard output, as fast as its reader reads. Returns false if the reader closed it
 * early (`| head`), which is no error.
 */
export async function writeOutput(text: AsyncIterable<string>): Promise<boolean> {
  try {
    await pipeline(Readable.from(text), process.stdout, { end: false });
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPIPE")) throw error;
    return false;
  }
}
