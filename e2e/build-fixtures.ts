import { FIXTURES, fixturePath } from "../lib/inspect/testing/fixtures";

/**
 * Builds all fixtures before the first test. A worker must not build them: some builders load the
 * decoder, which blocks AVIF for the rest of the process, and `profile.spec.ts` reads AVIF.
 */
export default async function buildFixtures(): Promise<void> {
  for (const name of FIXTURES) await fixturePath(name);
}
