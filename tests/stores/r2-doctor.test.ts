import { describe, expect, test } from "vitest";
import { systemClock } from "../../lib/clock";
import { runDoctor } from "../../lib/operations/doctor/run-doctor";
import { failedChecks } from "../../lib/operations/doctor/testing/report-lookup";
import { hasMiniflare } from "./miniflare";
import { leaseBucketPair, R2_CAPABILITIES, startR2 } from "./r2";

describe("the doctor", () => {
  test("reports for R2 exactly the missing capabilities", async ({ skip }) => {
    if (!hasMiniflare()) skip("R2: Miniflare is not installed; npm test installs it");
    const r2 = await startR2(1);
    const { publicBucket, privateBucket, mediaUrl, endpoint, region, ...credentials } = leaseBucketPair(r2);
    const buckets = { public: publicBucket, private: privateBucket };
    const place = { buckets, region, endpoint, forcePathStyle: true, credentials, mediaUrl };
    const given = {
      storage: { driver: "s3", ...place },
      appUrl: "http://localhost:3000",
      uploadTtl: 3600,
      maxUploadSeconds: 90_000,
    } as const;
    const report = await runDoctor(given, systemClock, process.cwd());
    await r2.stop();

    const of = (outcome: string) =>
      report.findings.filter((each) => each.outcome === outcome).map(({ check }) => check);
    expect(failedChecks(report)).toEqual([
      ...(R2_CAPABILITIES.listsParts ? [] : ["parts", "parts-abort"]),
      ...(R2_CAPABILITIES.honoursResponseOverrides ? [] : ["read-address"]),
    ]);
    // R2 sends no date, exposes every header and lists no multipart uploads.
    expect(of("warning")).toEqual(["clock", "cors-answer", "leftovers"]);
    expect(of("untested")).toEqual(["lifecycle", "expiry"]);
    const held = new Map(report.capabilities.map(({ name, supported: held }) => [name, held]));
    expect(held.get("checksum")).toBe(R2_CAPABILITIES.enforcesChecksum);
    expect(held.get("part-checksum")).toBe(R2_CAPABILITIES.enforcesPartChecksum);
    expect(report.findings.find(({ check }) => check === "parts")).toMatchObject({
      found: expect.stringContaining("NotImplemented"),
      fix: expect.stringContaining("Use another store"),
    });
  });
});
