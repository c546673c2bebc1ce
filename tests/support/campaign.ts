/**
 * Whether this run is exhaustive: `npm run test:all`. `npm test` tests one fault, one kill and one
 * page where a campaign tests every one, so that it is run before each commit.
 */
export const isCampaign = process.env.TEST_CAMPAIGN === "1";

/** Returns every case in a campaign, otherwise the first `few`. */
export function casesOf<T>(cases: readonly T[], few = 1): readonly T[] {
  return isCampaign ? cases : cases.slice(0, few);
}
