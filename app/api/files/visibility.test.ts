import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { db, deps, storages } from "@/app/_server/services";
import { samplePhoto } from "@/app/testing/documents";
import { follow, measured, type Person, put, send, signUp } from "@/app/testing/person";
import { changeProfile } from "@/lib/accounts/profile";
import type { Viewer } from "@/lib/accounts/viewer";
import type { Deps } from "@/lib/deps";
import { Problem } from "@/lib/errors";
import { change } from "@/lib/files/change";
import type { FileView } from "@/lib/files/file";
import { settleOverdue } from "@/lib/files/settle-overdue";
import type { Step } from "@/lib/steps";
import { type TestEnvironment, testEnvironment } from "@/lib/testing/environment";
import { complete } from "@/lib/uploads/complete";
import { work } from "@/lib/uploads/sweep";

// A picture is public while its own flag and the profile both are: the two flags, the crop and the file itself may change at any moment.

let environment: TestEnvironment;
let photo: Buffer;
let ada: Person;
let viewer: Viewer;
let handle: string;

beforeAll(async () => {
  environment = await testEnvironment();
  photo = await samplePhoto();
});
beforeEach(async () => {
  ada = await signUp("Ada");
  handle = `ada-${ada.id.slice(-8)}`;
  await ada.call("PATCH", "/api/profile", { body: { handle, visibility: "public" } });
  viewer = { id: ada.id, name: "Ada", email: ada.email, handle, role: "member", grants: [] };
});
afterAll(() => environment.drop());

const picture = () => ada.file("profilePicture", photo, { type: "image/jpeg" });
const flag = (id: string, visibility: "public" | "private") =>
  ada.call("PATCH", `/api/files/${id}`, { body: { visibility } });
const profile = (visibility: "public" | "private") =>
  ada.call("PATCH", "/api/profile", { body: { visibility } });
const crop = (id: string, x: number) =>
  ada.call("PATCH", `/api/files/${id}`, { body: { crop: { x, y: 0, width: 0.4, height: 0.4 } } });
const urlsOf = (file: FileView) => (file.variants ?? []).map(({ url }) => url);
const row = (id: string) => db().file.findUniqueOrThrow({ where: { id }, include: { owner: true } });

async function isReachable(url: string): Promise<boolean> {
  return (await follow(url)).ok;
}

/** What strangers are shown at this moment. */
async function shown(): Promise<string[]> {
  const response = await send("GET", `/api/profiles/${handle}`);
  const { picture } = response.ok ? await response.json() : { picture: null };
  return (picture?.variants ?? []).map(({ url }: { url: string }) => url);
}

async function publicKeys(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of storages().public.list("pictures/")) found.push(key);
  return found;
}

/** Flags, pointer and store say the same, and nothing else lies in the public storage. */
async function expectInLine(id: string): Promise<void> {
  const file = await row(id);
  const due = file.visibility === "public" && file.owner.visibility === "public" && !file.purgedAt;
  expect(file.publicPrefix !== null).toBe(due);
  expect(file.unsettledSince).toBeNull();
  const urls = await shown();
  expect(urls).toHaveLength(due ? 5 : 0);
  expect(await Promise.all(urls.map(isReachable))).toEqual(urls.map(() => true));
  const others = await db().file.findMany({ where: { publicPrefix: { not: null } } });
  const known = (await publicKeys()).filter((key) =>
    others.some((each) => key.startsWith(each.publicPrefix ?? "-")),
  );
  expect(await publicKeys()).toEqual(known);
  expect(known.filter((key) => key.startsWith(file.publicPrefix ?? "-"))).toHaveLength(due ? 5 : 0);
}

/** Two days on: whatever was abandoned is due. */
const muchLater = (): Deps => ({ ...deps(), clock: { now: () => new Date(Date.now() + 2 * 86_400_000) } });

/** The services, with something that happens once, at a step. */
function at(step: Step, happens: () => Promise<unknown>): Deps {
  let happened = false;
  const reached = async (here: Step) => {
    if (here !== step || happened) return;
    happened = true;
    await happens();
  };
  return { ...deps(), reached };
}

describe("hiding a picture", () => {
  test("is answered when the old objects are gone from the store, in every tab that asked", async () => {
    const file = await picture();
    const urls = urlsOf(file);
    expect(urls).toHaveLength(5);
    const answers = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const { status } = await flag(file.id, "private");
        return { status, reachable: (await Promise.all(urls.map(isReachable))).filter(Boolean).length };
      }),
    );
    expect(answers).toEqual(answers.map(() => ({ status: 200, reachable: 0 })));
    await expectInLine(file.id);
  });

  test.each([
    ["the picture's flag", (file: FileView) => flag(file.id, "private"), 200],
    ["the profile's flag", () => profile("private"), 200],
    ["withdrawing", (file: FileView) => ada.call("DELETE", `/api/files/${file.id}`), 204],
  ])("by %s says so where the store is away, and the next try finishes it", async (_, hide, status) => {
    const file = await picture();
    const urls = urlsOf(file);
    const away = vi
      .spyOn(storages().public, "removeAll")
      .mockRejectedValueOnce(new Problem("unavailable", "The store is away."));
    expect((await hide(file)).status).toBe(503);
    away.mockRestore();
    expect(await shown()).toEqual([]);
    expect((await hide(file)).status).toBe(status);
    expect((await Promise.all(urls.map(isReachable))).filter(Boolean)).toEqual([]);
  });

  test("shows it on no page from the moment that the flag says so", async () => {
    const file = await picture();
    let meanwhile: unknown;
    const hidden = at("visibility.flagged", async () => {
      meanwhile = { visibility: (await row(file.id)).visibility, shown: await shown() };
    });
    await change(hidden, viewer, file.id, { visibility: "private" });
    expect(meanwhile).toEqual({ visibility: "private", shown: [] });
  });

  test("and cutting it in one request leaves it hidden and cut", async () => {
    const file = await picture();
    const response = await ada.call("PATCH", `/api/files/${file.id}`, {
      body: { visibility: "private", crop: { x: 0.1, y: 0, width: 0.4, height: 0.4 } },
    });
    expect([response.status, (await response.json()).crop?.x]).toEqual([200, 0.1]);
    await expectInLine(file.id);
  });
});

describe("while a picture is being shown", () => {
  const begun = async () => {
    const file = await picture();
    expect((await flag(file.id, "private")).status).toBe(200);
    return file;
  };
  const show = (on: Deps, file: FileView) => change(on, viewer, file.id, { visibility: "public" });

  test("a profile that is hidden in between keeps it hidden", async () => {
    const file = await begun();
    const shownTo = await show(
      at("visibility.copied", () => profile("private")),
      file,
    );
    expect(shownTo.publicPrefix).toBeNull();
    await expectInLine(file.id);
  });

  test("a profile that is hidden and shown in between shows it once", async () => {
    const file = await begun();
    await show(
      at("visibility.copied", async () => {
        await profile("private");
        await profile("public");
      }),
      file,
    );
    await expectInLine(file.id);
    expect(await shown()).toHaveLength(5);
  });

  test("another cut in between is what is shown", async () => {
    const file = await begun();
    const before = (await row(file.id)).variants;
    await show(
      at("visibility.copied", () => crop(file.id, 0.3)),
      file,
    );
    expect((await row(file.id)).variants).not.toEqual(before);
    await expectInLine(file.id);
  });

  test("a new picture in between is shown instead, and nothing is left of this one", async () => {
    const file = await begun();
    let next: FileView | undefined;
    await show(
      at("visibility.copied", async () => {
        next = await picture();
      }),
      file,
    );
    expect((await row(file.id)).publicPrefix).toBeNull();
    expect(await shown()).toEqual(next && urlsOf(next));
    await expectInLine(next?.id ?? "");
  });

  test("withdrawing it in between destroys all of it", async () => {
    const file = await begun();
    await show(
      at("visibility.copied", () => ada.call("DELETE", `/api/files/${file.id}`)),
      file,
    );
    expect(await row(file.id)).toMatchObject({ status: "withdrawn", publicPrefix: null });
    expect(await shown()).toEqual([]);
  });
});

describe("while a profile is being shown", () => {
  test("hiding the picture in between keeps it hidden", async () => {
    const file = await picture();
    await profile("private");
    await changeProfile(
      at("visibility.copied", () => flag(file.id, "private")),
      viewer,
      { visibility: "public" },
    );
    await expectInLine(file.id);
    expect(await shown()).toEqual([]);
  });

  test("hiding the profile in another tab ends with pointer and flag saying the same", async () => {
    const file = await picture();
    await profile("private");
    await changeProfile(
      at("visibility.pointed", () => profile("private")),
      viewer,
      { visibility: "public" },
    );
    await expectInLine(file.id);
  });
});

describe("a move that was cut short", () => {
  const killed = () => Promise.reject(new Error("killed"));

  test.each([
    ["visibility.flagged", "public"],
    ["visibility.copied", "public"],
    ["visibility.pointed", "public"],
    ["visibility.flagged", "private"],
    ["visibility.pointed", "private"],
    ["purge.written", "private"],
    ["purge.removed", "private"],
  ] as const)("at %s on its way to %s is finished by the work that comes after", async (step, visibility) => {
    const file = await picture();
    if (visibility === "public") await flag(file.id, "private");
    await expect(change(at(step, killed), viewer, file.id, { visibility })).rejects.toThrow("killed");
    // Whatever is shown at this moment is there.
    expect((await Promise.all((await shown()).map(isReachable))).every(Boolean)).toBe(true);
    const report = await work(muchLater());
    expect(report).toMatchObject({ failed: 0, left: { purges: 0, publications: 0 } });
    await expectInLine(file.id);
    expect((await row(file.id)).visibility).toBe(visibility);
  });

  test("of a profile is finished, too", async () => {
    const file = await picture();
    for (const visibility of ["private", "public"] as const) {
      const step = visibility === "private" ? "purge.written" : "visibility.copied";
      await expect(changeProfile(at(step, killed), viewer, { visibility })).rejects.toThrow("killed");
      await work(muchLater());
      await expectInLine(file.id);
    }
  });

  test("of a picture that arrived while its profile was being shown is finished, too", async () => {
    await profile("private");
    const ticket = { field: "profilePicture", name: "a.jpg", type: "image/jpeg", ...measured(photo) };
    const issued = await (await ada.post("/api/uploads", ticket)).json();
    await put(issued, photo);
    const showing = at("complete.promoted", () => profile("public")).reached;
    const reached = async (step: Step) => {
      await showing?.(step);
      if (step === "complete.adopted") await killed();
    };
    await expect(complete({ ...deps(), reached }, viewer, issued.id)).rejects.toThrow("killed");
    expect(await shown()).toEqual([]);
    await work(muchLater());
    expect(await shown()).toHaveLength(5);
    const { fileId } = await db().upload.findUniqueOrThrow({ where: { id: issued.id } });
    await expectInLine(fileId ?? "");
  });
});

describe("settling", () => {
  /** Pictures of as many people whose flag was moved by a request that died. */
  async function unsettled(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const bo = await signUp("Bo");
      await bo.call("PATCH", "/api/profile", { body: { visibility: "public" } });
      const { id } = await bo.file("profilePicture", photo, { type: "image/jpeg" });
      await db().file.update({ where: { id }, data: { visibility: "private", unsettledSince: new Date() } });
      ids.push(id);
    }
    return ids;
  }

  test("leaves a flag to the request that has just moved it", async () => {
    await unsettled(1);
    expect(await settleOverdue(deps())).toEqual({ settled: 0, failed: 0 });
    expect(await settleOverdue(muchLater())).toEqual({ settled: 1, failed: 0 });
  });

  test("stops after a few tries where the store is away, and is done when it is back", async () => {
    await unsettled(5);
    const away = vi
      .spyOn(storages().public, "removeAll")
      .mockRejectedValue(new Problem("unavailable", "The store is away."));
    expect(await settleOverdue(muchLater())).toEqual({ settled: 0, failed: 3 });
    away.mockRestore();
    expect((await settleOverdue(muchLater())).failed).toBe(0);
    expect(await work(muchLater())).toMatchObject({ left: { purges: 0, publications: 0 } });
  });
});

test("many tabs that flip both flags and cut end in line, and what is shown meanwhile is there or shown no more", async () => {
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
