import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { appContext, db, storages } from "@/app/_server/app-context";
import type { AppContext } from "@/lib/app-context";
import type { CrashPoint } from "@/lib/crash-points";
import type { FileView } from "@/lib/files/file";
import type { Viewer } from "@/lib/permissions/viewer";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";
import { samplePhoto } from "./documents";
import { createMember, fetchUrl, type Person, sendRequest } from "./person";

/**
 * Creates a member with a public profile for each test. A picture is public if its own flag and the
 * profile both are. Call it in a test file, outside of tests.
 */
export function publicMemberFixture() {
  let environment: TestEnvironment | undefined;
  let photo: Buffer;
  let ada: Person;
  let viewer: Viewer;
  let handle: string;

  beforeAll(async () => {
    environment = await createTestEnvironment();
    photo = await samplePhoto();
  });
  beforeEach(async () => {
    ada = await createMember("Ada");
    handle = `ada-${ada.id.slice(-8)}`;
    await ada.request("PATCH", "/api/profile", { body: { handle, visibility: "public" } });
    viewer = { id: ada.id, name: "Ada", email: ada.email, handle, role: "member", grants: [] };
  });
  afterAll(() => environment?.drop());

  const fileRow = (id: string) => db().file.findUniqueOrThrow({ where: { id }, include: { owner: true } });

  /** Lists the picture URLs that visitors see now. */
  async function listVisibleUrls(): Promise<string[]> {
    const response = await sendRequest("GET", `/api/profiles/${handle}`);
    const { picture } = response.ok ? await response.json() : { picture: null };
    return (picture?.variants ?? []).map(({ url }: { url: string }) => url);
  }

  return {
    get ada(): Person {
      return ada;
    },
    get viewer(): Viewer {
      return viewer;
    },
    get photo(): Buffer {
      return photo;
    },
    row: fileRow,
    shown: listVisibleUrls,
    picture: () => ada.uploadFile("profilePicture", photo, { type: "image/jpeg" }),
    setPictureVisibility: (id: string, visibility: "public" | "private") =>
      ada.request("PATCH", `/api/files/${id}`, { body: { visibility } }),
    setProfileVisibility: (visibility: "public" | "private") =>
      ada.request("PATCH", "/api/profile", { body: { visibility } }),
    cropPicture: (id: string, x: number) =>
      ada.request("PATCH", `/api/files/${id}`, { body: { crop: { x, y: 0, width: 0.4, height: 0.4 } } }),

    /** Expects that flags, `publicPrefix` and store agree, and no other object is public. */
    async expectConsistent(id: string): Promise<void> {
      const file = await fileRow(id);
      const due = file.visibility === "public" && file.owner.visibility === "public" && !file.purgedAt;
      expect(file.publicPrefix !== null).toBe(due);
      expect(file.unsettledSince).toBeNull();
      const urls = await listVisibleUrls();
      expect(urls).toHaveLength(due ? 5 : 0);
      expect(await Promise.all(urls.map(isReachable))).toEqual(urls.map(() => true));
      const others = await db().file.findMany({ where: { publicPrefix: { not: null } } });
      const known = (await listPublicKeys()).filter((key) =>
        others.some((each) => key.startsWith(each.publicPrefix ?? "-")),
      );
      expect(await listPublicKeys()).toEqual(known);
      expect(known.filter((key) => key.startsWith(file.publicPrefix ?? "-"))).toHaveLength(due ? 5 : 0);
    },
  };
}

export const variantUrlsOf = (file: FileView) => (file.variants ?? []).map(({ url }) => url);

export async function isReachable(url: string): Promise<boolean> {
  return (await fetchUrl(url)).ok;
}

async function listPublicKeys(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of storages().public.list("pictures/")) found.push(key);
  return found;
}

/** Returns a context that runs the hook once, at this crash point. */
export function withHookAtCrashPoint(crashPoint: CrashPoint, hook: () => Promise<unknown>): AppContext {
  let hasRun = false;
  const onCrashPoint = async (current: CrashPoint) => {
    if (current !== crashPoint || hasRun) return;
    hasRun = true;
    await hook();
  };
  return { ...appContext(), onCrashPoint };
}
