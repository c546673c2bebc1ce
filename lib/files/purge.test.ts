import { describe, expect, test } from "vitest";
import { waitForLocks } from "@/tests/support/wait-for-lock";
import { verifyTrail } from "../audit/verify-trail";
import type { CrashPoint } from "../crash-points";
import { Problem } from "../errors";
import { newId, randomName } from "../id";
import { executeDuePurges } from "./due-purges";
import { cancelPurge, discardPending, executePurges, tryExecutePurges } from "./purge";
import { setUpPurgeFixture } from "./testing/purge-fixture";

const fixture = setUpPurgeFixture();

describe("executePurges", () => {
  test("deletes a prefix or one key, and no neighbour", async () => {
    const name = randomName();
    await fixture.sweepFixture.putObjects(
      "private",
      `files/${name}/a`,
      `files/${name}/b/c`,
      `files/${name}0/a`,
    );
    await fixture.sweepFixture.putObjects("private", `quarantine/${name}`, `quarantine/${name}0`);
    const ids = await fixture.schedulePurges([
      { storage: "private", prefix: `files/${name}/` },
      { storage: "private", prefix: `quarantine/${name}` },
    ]);
    await executePurges(fixture.context, ids);
    expect(await fixture.sweepFixture.listKeys("private", `files/${name}`)).toEqual([`files/${name}0/a`]);
    expect(await fixture.sweepFixture.listKeys("private", `quarantine/${name}`)).toEqual([
      `quarantine/${name}0`,
    ]);
    expect(await fixture.listPurges()).toEqual([]);
  });

  test("deletes a prefix with more objects than one request takes", async () => {
    const prefix = `files/${randomName()}/`;
    const existing = new Set(Array.from({ length: 2103 }, (_, index) => `${prefix}${index}`));
    const calls: number[] = [];
    const context = fixture.withPrivate({
      list: async function* () {
        for (const key of [...existing]) yield { key, size: 1, modifiedAt: new Date() };
      },
      removeMany: async (keys) => {
        calls.push(keys.length);
        for (const key of keys) existing.delete(key);
      },
    });
    await executePurges(
      context,
      await fixture.schedulePurges([{ storage: "private", prefix, fileId: newId() }]),
    );
    expect([existing.size, calls]).toEqual([0, [1000, 1000, 103]]);
    expect((await fixture.listReceipts())[0]?.detail).toMatchObject({ objects: 2103 });
  });

  test("writes a receipt with the file's id and deletes the row", async () => {
    const purgeTargets = await fixture.createFolder(3);
    const withoutFile = { storage: "private" as const, prefix: `quarantine/${randomName()}` };
    await executePurges(fixture.context, await fixture.schedulePurges([purgeTargets, withoutFile]));
    const [receipt, ...others] = await fixture.listReceipts();
    expect(others).toEqual([]);
    expect(receipt).toMatchObject({
      event: "bytes.destroyed",
      byId: null,
      subjectId: purgeTargets.fileId,
      detail: { storage: "private", reason: "withdrawn", objects: 3 },
    });
    expect(await verifyTrail(fixture.context)).toMatchObject({ entries: 1, broken: [] });
  });

  test("writes a receipt for lost bytes, but not for unused ones", async () => {
    const [lost, unused] = [
      await fixture.createFolder(0),
      { ...(await fixture.createFolder(0)), reason: "unused" as const },
    ];
    await executePurges(fixture.context, await fixture.schedulePurges([lost, unused]));
    expect((await fixture.listReceipts()).map(({ subjectId, detail }) => [subjectId, detail])).toEqual([
      [lost.fileId, { storage: "private", reason: "withdrawn", objects: 0 }],
    ]);
  });

  test("keeps the row and writes no receipt if the trail fails", async () => {
    const ids = await fixture.schedulePurges([await fixture.createFolder(1)]);
    await fixture.sweepFixture.db.$executeRaw`ALTER TABLE "Trail" RENAME TO "RenamedTrail"`;
    await tryExecutePurges(fixture.context, ids);
    await fixture.sweepFixture.db.$executeRaw`ALTER TABLE "RenamedTrail" RENAME TO "Trail"`;
    expect(await fixture.listPurges()).toHaveLength(1);
    await executePurges(fixture.context, ids);
    expect([await fixture.listPurges(), (await fixture.listReceipts()).length]).toEqual([[], 1]);
  });

  test("a crash before the row is deleted keeps the object count", async () => {
    const purgeTargets = await fixture.createFolder(4);
    const ids = await fixture.schedulePurges([purgeTargets]);
    const onCrashPoint = async (passed: CrashPoint) => {
      if (passed === "purge.removed") throw new Error("killed");
    };
    await expect(executePurges({ ...fixture.context, onCrashPoint }, ids)).rejects.toThrow("killed");
    expect(await fixture.sweepFixture.listKeys("private", purgeTargets.prefix)).toEqual([]);
    expect((await fixture.listPurges()).length).toBe(1);
    expect(await executeDuePurges(fixture.withLaterClock(60))).toEqual({ destroyed: 1, failed: 0 });
    expect((await fixture.listReceipts()).map(({ detail }) => detail)).toEqual([
      { storage: "private", reason: "withdrawn", objects: 4 },
    ]);
  });
});

describe("cancelPurge and discardPending", () => {
  test("rejects a commit after a sweep with another clock has started", async () => {
    const [id = ""] = await fixture.schedulePurges([await fixture.createFolder(1)], 60);
    // The clock of the sweep is ahead.
    await executeDuePurges({
      ...fixture.withLaterClock(120),
      onCrashPoint: () => Promise.reject(new Error("killed")),
    });
    expect(await fixture.listPurges()).toHaveLength(1);
    await expect(
      fixture.sweepFixture.db.$transaction((tx) => cancelPurge(tx, fixture.context, [id])),
    ).rejects.toMatchObject({
      code: "conflict",
    });
  });

  test("a sweep skips bytes that a commit is about to keep", async () => {
    const purgeTargets = await fixture.createFolder(2);
    const ids = await fixture.schedulePurges([purgeTargets]);
    await fixture.sweepFixture.db.$transaction(async (tx) => {
      await cancelPurge(tx, fixture.withLaterClock(-1), ids);
      expect(await executeDuePurges(fixture.context)).toEqual({ destroyed: 0, failed: 0 });
    });
    expect(await fixture.sweepFixture.listKeys("private", purgeTargets.prefix)).toHaveLength(2);
    expect(await fixture.listPurges()).toEqual([]);
  });

  test("purges bytes written after another process has executed their purge", async () => {
    const purgeTargets = [await fixture.createFolder(1)];
    const purgeIds = await fixture.schedulePurges(purgeTargets, 60);
    await executeDuePurges(fixture.withLaterClock(120));
    await fixture.sweepFixture.putObjects("private", `${purgeTargets[0]?.prefix}late`);
    const error = await fixture.sweepFixture.db
      .$transaction((tx) => cancelPurge(tx, fixture.context, purgeIds))
      .catch((thrown: unknown) => thrown);
    await discardPending(fixture.context, { purgeTargets, purgeIds }, error);
    expect(await fixture.sweepFixture.listKeys("private", purgeTargets[0]?.prefix ?? "")).toEqual([]);
    expect(await fixture.listPurges()).toEqual([]);
  });

  test("keeps committed bytes if only the commit's response was lost", async () => {
    const purgeTargets = [await fixture.createFolder(2)];
    const purgeIds = await fixture.schedulePurges(purgeTargets, 60);
    await fixture.sweepFixture.db.$transaction((tx) => cancelPurge(tx, fixture.context, purgeIds));
    await discardPending(fixture.context, { purgeTargets, purgeIds }, new Error("The connection broke."));
    expect(await fixture.sweepFixture.listKeys("private", purgeTargets[0]?.prefix ?? "")).toHaveLength(2);
    expect(await fixture.listPurges()).toEqual([]);
  });

  test("waits for a running commit before it discards its bytes", async () => {
    const purgeTargets = await fixture.createFolder(2);
    const ids = await fixture.schedulePurges([purgeTargets], 60);
    let discarded: Promise<void> | undefined;
    await fixture.sweepFixture.db.$transaction(async (tx) => {
      await cancelPurge(tx, fixture.context, ids);
      discarded = executePurges(fixture.context, ids);
      // The purge waits for this transaction in the database.
      await waitForLocks(fixture.sweepFixture.db);
    });
    await discarded;
    expect(await fixture.sweepFixture.listKeys("private", purgeTargets.prefix)).toHaveLength(2);
  });

  test("failed attempts do not change the due date", async () => {
    await fixture.schedulePurges([await fixture.createFolder(1)]);
    const [{ dueAt } = { dueAt: null }] = await fixture.listPurges();
    const failing = fixture.withPrivate({
      removeMany: () => Promise.reject(new Problem("unavailable", "Unavailable.")),
    });
    for (const seconds of [0, 200, 2000])
      await executeDuePurges({ ...failing, clock: fixture.withLaterClock(seconds).clock });
    expect(await fixture.listPurges()).toMatchObject([{ dueAt, tries: 3 }]);
  });
});
