import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newId, randomName } from "@/lib/id";
import { sweep } from "@/lib/uploads/sweep";
import { createSweepFixture } from "@/lib/uploads/testing/sweep-fixture";
import { root } from "../../server/root";

const MONTH = 31 * 86_400;

/** The statement that docs/operations/jobs.md gives for deleting by hand. */
function statement(): string {
  const text = readFileSync(join(root, "docs/operations/jobs.md"), "utf8");
  const sql = /<!-- retention-by-hand -->\n```sql\n([\s\S]*?)```/.exec(text)?.[1];
  if (!sql) throw new Error("docs/operations/jobs.md has no statement");
  return sql;
}

test("the documented statement deletes what is due, with a receipt", async () => {
  const fixture = await createSweepFixture();
  const ownerId = await fixture.createMember();
  await fixture.db.user.update({ where: { id: ownerId }, data: { storedBytes: 30 } });
  async function certificate(decidedAt: Date | null) {
    const prefix = `files/${randomName()}/`;
    await fixture.putObjects("private", `${prefix}original`);
    const named = { name: "certificate.pdf", type: "application/pdf", field: "dbsCertificate" };
    const stored = { size: 10, sha256: "", prefix, visibility: "private", status: "approved" } as const;
    return fixture.db.file.create({ data: { id: newId(), ownerId, ...named, ...stored, decidedAt } });
  }
  const due = await certificate(fixture.dateFromNow(-7 * MONTH));
  const kept = [await certificate(fixture.dateFromNow(-5 * MONTH)), await certificate(null)];

  await fixture.db.$executeRawUnsafe(statement());
  expect(await sweep({ ...fixture.context, clock: { now: () => fixture.dateFromNow(5) } })).toMatchObject({
    destroyed: 1,
  });

  expect(await fixture.listKeys("private", due.prefix)).toEqual([]);
  for (const { prefix } of kept) expect(await fixture.listKeys("private", prefix)).toHaveLength(1);
  expect(await fixture.db.file.count({ where: { purgedAt: null } })).toBe(2);
  expect(await fixture.db.user.findUniqueOrThrow({ where: { id: ownerId } })).toMatchObject({
    storedBytes: 20n,
  });
  expect(await fixture.db.trail.findMany()).toMatchObject([
    { event: "bytes.destroyed", subjectId: due.id, detail: { reason: "retention", objects: 1 } },
  ]);
  await fixture.drop();
});
