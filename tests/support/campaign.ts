/**
 * Whether this run is exhaustive: `npm run test:all`. `npm test` tries one fault, one kill and one page where a campaign tries every
 * one, so that it stays under ten minutes.
 */
export const isCampaign = process.env.TEST_CAMPAIGN === "1";

/** Returns every case in a campaign, else the first `few` of them. */
export function casesOf<T>(cases: readonly T[], few = 1): readonly T[] {
  return isCampaign ? cases : cases.slice(0, few);
}
