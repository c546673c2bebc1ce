import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AppContext } from "@/lib/app-context";
import { systemClock } from "@/lib/clock";
import { env } from "@/lib/config/env";
import type { Viewer } from "@/lib/permissions/viewer";
import { claimNextDocument } from "@/lib/review/claims";
import { QUEUE_STATUSES } from "@/lib/review/outcomes";
import { listReviews, queueSchema } from "@/lib/review/queue";
import { createReviewFixture, type ReviewFixture } from "@/lib/review/testing/review-fixture";
import { storagesFromEnv } from "@/lib/storage/factory";
import { explainStatements } from "../support/explain-statements";
import { type SeededQueue, seedQueue } from "../support/seed-queue";

const DOCUMENTS = 1_000_000;
const FIELDS = ["dbsCertificate", "medicalLetter"];
/**
 * Rows that a page may touch: fifty, their joins, and a thousand per count. The lapsed approvals
 * and the claims of others at the head of the queue are skipped in the index.
 */
const MAX_ROWS = 20_000;

let fixture: ReviewFixture;
let context: AppContext;
let seeded: SeededQueue;

beforeAll(async () => {
  fixture = await createReviewFixture();
  const { rows } = await fixture.context.db.pool.query("SELECT current_database() AS name");
  const url = new URL(env().DATABASE_URL);
  url.pathname = `/${rows[0].name}`;
  seeded = await seedQueue(url.href, DOCUMENTS);
  context = { ...fixture.context, clock: systemClock, storages: storagesFromEnv(env(), systemClock) };
}, 600_000);
afterAll(() => fixture.drop());

function reviewer(grants: string[]): Viewer {
  const id = seeded.reviewerId;
  return { id, name: "Mira", email: "mira@example.org", handle: "mira", role: "reviewer", grants };
}

describe.each([
  ["both types", FIELDS],
  ["the rare type alone", ["medicalLetter"]],
])("a reviewer of %s", (_, grants) => {
  const cases = QUEUE_STATUSES.flatMap((status) =>
    [undefined, ...grants].flatMap((field) =>
      (["me", "none", undefined] as const).flatMap((claimed) =>
        ["first", "middle"].map((page) => ({ status, field, claimed, page })),
      ),
    ),
  );

  test.each(cases)(
    "reads few rows for $status, type $field, claimed $claimed, page $page",
    async ({ status, field, claimed, page }) => {
      const cursor =
        page === "first" ? undefined : Buffer.from(JSON.stringify(seeded.middle)).toString("base64url");
      const request = queueSchema.parse({ status, field, claimed, cursor });
      const read = await explainStatements(context, (watched) =>
        listReviews(watched, reviewer(grants), request),
      );
      expect(read.length).toBeGreaterThan(1);
      for (const { rows } of read) expect(rows).toBeLessThan(MAX_ROWS);
    },
  );
});

test("claims without reading the long queue of another type", async () => {
  await context.db.file.updateMany({
    where: { field: "medicalLetter", status: "submitted" },
    data: { status: "rejected" },
  });
  const read = await explainStatements(context, (watched) =>
    claimNextDocument(watched, reviewer(["medicalLetter"]), {}),
  );
  expect(read.length).toBeGreaterThan(1);
  for (const { rows } of read) expect(rows).toBeLessThan(MAX_ROWS);
}, 60_000);
