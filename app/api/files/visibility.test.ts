import { describe, expect, test, vi } from "vitest";
import { storages } from "@/app/_server/app-context";
import { changeProfile } from "@/lib/accounts/profile";
import type { AppContext } from "@/lib/app-context";
import { Problem } from "@/lib/errors";
import { changeFile } from "@/lib/files/change-file";
import type { FileView } from "@/lib/files/file";
import {
  isReachable,
  publicMemberFixture,
  variantUrlsOf,
  withHookAtCrashPoint,
} from "@/tests/support/app/public-member-fixture";

// Nine concurrent tabs slow the store down. tests/faults/store-slow.test.ts tests the time budget.
vi.mock("@/lib/storage/time-budget", async (original) => ({
  ...(await original<typeof import("@/lib/storage/time-budget")>()),
  withPatience: <T>(work: () => T) => work(),
}));

const site = publicMemberFixture();
const {
  cropPicture: crop,
  expectConsistent: expectInLine,
  setPictureVisibility: flag,
  picture,
  setProfileVisibility: profile,
  row,
  shown,
} = site;

describe("hiding a picture", () => {
  test("responds to every tab after the old objects are deleted", async () => {
    const file = await picture();
    const urls = variantUrlsOf(file);
    expect(urls).toHaveLength(5);
    const responses = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const { status } = await flag(file.id, "private");
        return { status, reachable: (await Promise.all(urls.map(isReachable))).filter(Boolean).length };
      }),
    );
    expect(responses).toEqual(responses.map(() => ({ status: 200, reachable: 0 })));
    await expectInLine(file.id);
  });

  test.each([
    ["the picture's flag", (file: FileView) => flag(file.id, "private"), 200],
    ["the profile's flag", () => profile("private"), 200],
    ["withdrawing", (file: FileView) => site.ada.request("DELETE", `/api/files/${file.id}`), 204],
  ])("by %s fails without the store and succeeds when repeated", async (_, hide, status) => {
    const file = await picture();
    const urls = variantUrlsOf(file);
    const away = vi
      .spyOn(storages().public, "removeMany")
      .mockRejectedValueOnce(new Problem("unavailable", "The store is unavailable."));
    expect((await hide(file)).status).toBe(503);
    away.mockRestore();
    expect(await shown()).toEqual([]);
    expect((await hide(file)).status).toBe(status);
    expect((await Promise.all(urls.map(isReachable))).filter(Boolean)).toEqual([]);
  });

  test("removes it from all pages as soon as the flag changes", async () => {
    const file = await picture();
    let meanwhile: unknown;
    const hidden = withHookAtCrashPoint("visibility.flagged", async () => {
      meanwhile = { visibility: (await row(file.id)).visibility, shown: await shown() };
    });
    await changeFile(hidden, site.viewer, file.id, { visibility: "private" });
    expect(meanwhile).toEqual({ visibility: "private", shown: [] });
  });

  test("and cropping it in one request does both", async () => {
    const file = await picture();
    const response = await site.ada.request("PATCH", `/api/files/${file.id}`, {
      body: { visibility: "private", crop: { x: 0.1, y: 0, width: 0.4, height: 0.4 } },
    });
    expect([response.status, (await response.json()).crop?.x]).toEqual([200, 0.1]);
    await expectInLine(file.id);
  });
});

describe("while a picture is published", () => {
  const begun = async () => {
    const file = await picture();
    expect((await flag(file.id, "private")).status).toBe(200);
    return file;
  };
  const show = (on: AppContext, file: FileView) =>
    changeFile(on, site.viewer, file.id, { visibility: "public" });

  test("hiding the profile keeps it hidden", async () => {
    const file = await begun();
    const shownTo = await show(
      withHookAtCrashPoint("visibility.copied", () => profile("private")),
      file,
    );
    expect(shownTo.publicPrefix).toBeNull();
    await expectInLine(file.id);
  });

  test("hiding and showing the profile publishes it once", async () => {
    const file = await begun();
    await show(
      withHookAtCrashPoint("visibility.copied", async () => {
        await profile("private");
        await profile("public");
      }),
      file,
    );
    await expectInLine(file.id);
    expect(await shown()).toHaveLength(5);
  });

  test("another crop is what visitors see", async () => {
    const file = await begun();
    const before = (await row(file.id)).variants;
    await show(
      withHookAtCrashPoint("visibility.copied", () => crop(file.id, 0.3)),
      file,
    );
    expect((await row(file.id)).variants).not.toEqual(before);
    await expectInLine(file.id);
  });

  test("a new picture replaces it completely", async () => {
    const file = await begun();
    let next: FileView | undefined;
    await show(
      withHookAtCrashPoint("visibility.copied", async () => {
        next = await picture();
      }),
      file,
    );
    expect((await row(file.id)).publicPrefix).toBeNull();
    expect(await shown()).toEqual(next && variantUrlsOf(next));
    await expectInLine(next?.id ?? "");
  });

  test("withdrawing it deletes all of it", async () => {
    const file = await begun();
    await show(
      withHookAtCrashPoint("visibility.copied", () => site.ada.request("DELETE", `/api/files/${file.id}`)),
      file,
    );
    expect(await row(file.id)).toMatchObject({ status: "withdrawn", publicPrefix: null });
    expect(await shown()).toEqual([]);
  });
});

describe("while a profile is published", () => {
  test("hiding the picture keeps it hidden", async () => {
    const file = await picture();
    await profile("private");
    await changeProfile(
      withHookAtCrashPoint("visibility.copied", () => flag(file.id, "private")),
      site.viewer,
      { visibility: "public" },
    );
    await expectInLine(file.id);
    expect(await shown()).toEqual([]);
  });

  test("hiding the profile leaves a consistent publication", async () => {
    const file = await picture();
    await profile("private");
    await changeProfile(
      withHookAtCrashPoint("visibility.switched", () => profile("private")),
      site.viewer,
      { visibility: "public" },
    );
    await expectInLine(file.id);
  });
});

test("concurrent changes of flags and crop end in a consistent state", async () => {
  const file = await picture();
  let flipping = true;
  const lies: string[] = [];
  const watch = async () => {
    while (flipping) {
      for (const url of await shown()) {
        if (!(await isReachable(url)) && (await shown()).includes(url)) lies.push(url);
      }
    }
  };
  const statuses = new Set<number>();
  const tab = async (turn: number) => {
    for (let round = 0; round < 4; round += 1) {
      const to = (turn + round) % 2 ? "public" : "private";
      const response =
        turn % 3 === 0
          ? await profile(to)
          : turn % 3 === 1
            ? await flag(file.id, to)
            : await crop(file.id, turn / 20);
      statuses.add(response.status);
    }
  };
  const watching = watch();
  await Promise.all(Array.from({ length: 9 }, (_, turn) => tab(turn)));
  flipping = false;
  await watching;
  expect(lies).toEqual([]);
  expect([...statuses].filter((status) => status !== 200 && status !== 409)).toEqual([]);
  await expectInLine(file.id);
}, 120_000);
