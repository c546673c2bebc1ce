import { hasCeph, installCeph } from "../../tests/stores/ceph-packages";
import { installMiniflare } from "../../tests/stores/miniflare";
import { installNginx } from "../../tests/support/nginx";
import { installOtherNode, OTHER_NODE_MAJOR } from "../../tests/support/other-node";
import { installVercel } from "../../tests/vercel/cli";
import type { Selection } from "./selection";
import { countAll, countMissing, type TestCounts } from "./test-counts";

type Requirement = {
  what: string;
  isForCampaigns: boolean;
  /** The project of vitest.config.ts that cannot run without it. */
  store?: "s3" | "r2";
  /** Installs it, and returns why that is impossible, or null. */
  install: () => string | null | Promise<string | null>;
};

const REQUIREMENTS: readonly Requirement[] = [
  { what: "S3 (Ceph)", isForCampaigns: false, store: "s3", install: installCeph },
  { what: "R2, the second S3 store", isForCampaigns: true, store: "r2", install: installMiniflare },
  { what: "vercel build", isForCampaigns: true, install: installVercel },
  { what: `Node ${OTHER_NODE_MAJOR}`, isForCampaigns: true, install: installOtherNode },
  { what: "nginx as a CDN", isForCampaigns: true, install: installNginx },
];

/**
 * Installs the programs that tests start. What a machine cannot offer is counted as skipped, by
 * name, and named in TEST_WITHOUT.
 */
export async function installWhatTestsNeed(selection: Selection): Promise<TestCounts> {
  const without: string[] = [];
  const counts: TestCounts[] = [];
  for (const { what, isForCampaigns, store, install } of REQUIREMENTS) {
    if (isForCampaigns && !selection.isCampaign) continue;
    // A developer who runs one file waits for no installation. Without the store, that file runs on
    // local storage.
    if (!selection.isWhole && !(store === "s3" && hasCeph())) {
      if (store) without.push(store);
      continue;
    }
    const reason = await install();
    if (reason === null) continue;
    if (store) without.push(store);
    counts.push(countMissing(`${what}: ${reason}`));
  }
  process.env.TEST_WITHOUT = without.join(",");
  return countAll(counts);
}
