import { describe, expect, test, vi } from "vitest";
import { appContext, db, storages } from "@/app/_server/app-context";
import { changeProfile } from "@/lib/accounts/profile";
import type { AppContext } from "@/lib/app-context";
import type { CrashPoint } from "@/lib/crash-points";
import { Problem } from "@/lib/errors";
import { changeFile } from "@/lib/files/change-file";
import { originalKey } from "@/lib/files/file";
import { syncOverduePublications } from "@/lib/files/sync-overdue-publications";
import { completeUpload } from "@/lib/uploads/complete";
import { runFrequentWork } from "@/lib/uploads/sweep";
import { createMember } from "@/tests/support/app/person";
import {
  isReachable,
  publicMemberFixture,
  withHookAtCrashPoint,
} from "@/tests/support/app/public-member-fixture";

const site = publicMemberFixture();
const {
  expectConsistent: expectInLine,
  setPictureVisibility: flag,
  picture,
  setProfileVisibility: profile,
  row,
  shown,
} = site;

/** Two days later all abandoned work is due. */
const muchLater = (): AppContext => ({
  ...appContext(),
  clock: { now: () => new Date(Date.now() + 2 * 86_400_000) },
});

/** Uploads the bytes of a picture and returns the id of the upload. */
const arrived = () => site.ada.uploadBytes("profilePicture", site.photo, { type: "image/jpeg" });

describe("an interrupted change of visibility", () => {
  const killed = () => Promise.reject(new Error("killed"));

  test.each([
    ["visibility.flagged", "public"],
    ["visibility.copied", "public"],
    ["visibility.switched", "public"],
    ["visibility.flagged", "private"],
    ["visibility.switched", "private"],
    ["purge.scheduled", "private"],
    ["purge.removed", "private"],
  ] as const)("after %s to %s is finished by the work job", async (step, visibility) => {
    const file = await picture();
    if (visibility === "public") await flag(file.id, "private");
    await expect(
      changeFile(withHookAtCrashPoint(step, killed), site.viewer, file.id, { visibility }),
    ).rejects.toThrow("killed");
    // All variants that the profile shows exist.
    expect((await Promise.all((await shown()).map(isReachable))).every(Boolean)).toBe(true);
    const report = await runFrequentWork(muchLater());
    expect(report).toMatchObject({ failed: 0, left: { purges: 0, publications: 0 } });
    await expectInLine(file.id);
    expect((await row(file.id)).visibility).toBe(visibility);
  });

  test("of a profile is finished", async () => {
    const file = await picture();
    for (const visibility of ["private", "public"] as const) {
      const step = visibility === "private" ? "purge.scheduled" : "visibility.copied";
      await expect(
        changeProfile(withHookAtCrashPoint(step, killed), site.viewer, { visibility }),
      ).rejects.toThrow("killed");
      await runFrequentWork(muchLater());
      await expectInLine(file.id);
    }
  });

  test("of a picture that was added meanwhile is finished", async () => {
    await profile("private");
    const id = await arrived();
    const showing = withHookAtCrashPoint("complete.promoted", () => profile("public")).onCrashPoint;
    const reached = async (step: CrashPoint) => {
      await showing?.(step);
      if (step === "complete.committed") await killed();
    };
    await expect(completeUpload({ ...appContext(), onCrashPoint: reached }, site.viewer, id)).rejects.toThrow(
      "killed",
    );
    expect(await shown()).toEqual([]);
    await runFrequentWork(muchLater());
    expect(await shown()).toHaveLength(5);
    const { fileId } = await db().upload.findUniqueOrThrow({ where: { id } });
    await expectInLine(fileId ?? "");
  });
});

test("a new picture is accepted although a sweep purges its copies", async () => {
  await profile("private");
  const id = await arrived();
  const showing = withHookAtCrashPoint("complete.promoted", () => profile("public")).onCrashPoint;
  const reached = async (step: CrashPoint) => {
    await showing?.(step);
    // The clock of this sweep is far ahead.
    if (step === "visibility.copied")
      await db().purge.updateMany({
        where: { storage: "public", dueAt: { gt: new Date() } },
        data: { tries: 1 },
      });
  };
  const done = await completeUpload({ ...appContext(), onCrashPoint: reached }, site.viewer, id);
  if (done.state !== "completed") throw new Error("The upload is not completed.");
  const { prefix } = await row(done.file.id);
  expect(await storages().private.stat(originalKey({ prefix }))).not.toBeNull();
  expect(await shown()).toEqual([]);
  await runFrequentWork(muchLater());
  await expectInLine(done.file.id);
});

describe("syncing publications", () => {
  /** Creates pictures of several members whose visibility change was interrupted. */
  async function unsettled(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const bo = await createMember("Bo");
      await bo.request("PATCH", "/api/profile", { body: { visibility: "public" } });
      const { id } = await bo.uploadFile("profilePicture", site.photo, { type: "image/jpeg" });
      await db().file.update({ where: { id }, data: { visibility: "private", unsettledSince: new Date() } });
      ids.push(id);
    }
    return ids;
  }

  test("leaves a recent change to its own request", async () => {
    await unsettled(1);
    expect(await syncOverduePublications(appContext())).toEqual({ settled: 0, failed: 0 });
    expect(await syncOverduePublications(muchLater())).toEqual({ settled: 1, failed: 0 });
  });

  test("stops if the store is unavailable and finishes later", async () => {
    await unsettled(5);
    const away = vi
      .spyOn(storages().public, "removeMany")
      .mockRejectedValue(new Problem("unavailable", "The store is unavailable."));
    expect(await syncOverduePublications(muchLater())).toEqual({ settled: 0, failed: 3 });
    away.mockRestore();
    expect((await syncOverduePublications(muchLater())).failed).toBe(0);
    expect(await runFrequentWork(muchLater())).toMatchObject({ left: { purges: 0, publications: 0 } });
  });

  test("skips pictures with lost variants and syncs the others", async () => {
    const ids = await unsettled(5);
    for (const id of ids.slice(0, 4)) {
      const { prefix } = await row(id);
      const lost: string[] = [];
      for await (const { key } of storages().private.list(prefix)) lost.push(key);
      await storages().private.removeMany(lost);
      await db().file.update({ where: { id }, data: { visibility: "public", publicPrefix: null } });
    }
    expect(await syncOverduePublications(muchLater())).toEqual({ settled: 1, failed: 4 });
    await db().file.deleteMany({ where: { id: { in: ids } } });
  });
});
