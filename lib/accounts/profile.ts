import { z } from "zod";
import type { Tx } from "../db/client";
import { retryTransaction, isUniqueViolation } from "../db/conflict";
import type { AppContext } from "../app-context";
import { notFoundProblem, Problem } from "../errors";
import { profilePicture } from "../fields/profile-picture";
import { type FileView, listPublishedVariants, toFileView } from "../files/file";
import {
  preparePublication,
  syncPublication,
  unpublishPictures,
  markOutOfSync,
} from "../files/publication";
import { executePurges, tryExecutePurges, discardPending, cancelPurge } from "../files/purge";
import { slotKey } from "../files/supersede";
import { singleLineText, multiLineText } from "../text-schemas";
import { handleSchema } from "./handle";
import { isPublishable, WHERE_PROFILE_PUBLIC, whereOwn } from "../permissions/read";
import type { Viewer } from "../permissions/viewer";

export const profileChangeSchema = z.strictObject({
  name: singleLineText({ min: 1, max: 100 }).optional(),
  handle: handleSchema.optional(),
  headline: singleLineText({ max: 120 }).optional(),
  bio: multiLineText({ max: 2000 }).optional(),
  visibility: z.enum(["public", "private"]).optional(),
});

export type ProfileChange = z.infer<typeof profileChangeSchema>;

export type OwnProfile = {
  id: string;
  name: string;
  handle: string;
  headline: string;
  bio: string;
  visibility: "public" | "private";
  picture: FileView | null;
  files: FileView[];
};

export type PublicProfile = {
  name: string;
  handle: string;
  headline: string;
  bio: string;
  picture: {
    url: string;
    width: number;
    height: number;
    placeholder: string | null;
    variants: { url: string; width: number; type: string }[];
  } | null;
};

const PROFILE_COLUMNS = { id: true, name: true, handle: true, headline: true, bio: true, visibility: true } as const;

export async function getOwnProfile(
  { db, storages }: Pick<AppContext, "db" | "storages">,
  viewer: Viewer,
): Promise<OwnProfile> {
  const [user, rows] = await Promise.all([
    db.user.findUniqueOrThrow({ where: { id: viewer.id }, select: PROFILE_COLUMNS }),
    db.file.findMany({ where: whereOwn(viewer), orderBy: [{ createdAt: "desc" }, { id: "desc" }] }),
  ]);
  const files = rows.map((row) => toFileView(storages, row));
  const held = slotKey(viewer.id, profilePicture, "held");
  const picture = rows.findIndex(({ slot }) => slot === held);
  return { ...user, picture: files[picture] ?? null, files };
}

/** What everybody may see of a visible profile. Errors: not_found, for a hidden one too. */
export async function getPublicProfile(
  deps: Pick<AppContext, "db" | "storages">,
  handle: string,
): Promise<PublicProfile> {
  const { user, file } = await findPublicProfile(deps, handle);
  const { storages } = deps;
  const variants = file ? listPublishedVariants(storages, file) : [];
  const largest = variants.findLast(({ type }) => type === "image/webp");
  const { name, headline, bio } = user;
  const picture = largest
    ? {
        url: largest.url,
        width: largest.width,
        height: largest.width,
        placeholder: file?.placeholder ?? null,
        variants,
      }
    : null;
  return { name, handle: user.handle, headline, bio, picture };
}

/** The rows behind a visible profile; the file may be hidden by its own flag. Errors: not_found. */
export async function findPublicProfile({ db }: Pick<AppContext, "db">, handle: string) {
  const parsed = handleSchema.safeParse(handle);
  const user = parsed.success
    ? await db.user.findFirst({ where: { handle: parsed.data, ...WHERE_PROFILE_PUBLIC }, select: PROFILE_COLUMNS })
    : null;
  if (!user) throw notFoundProblem();
  const slot = slotKey(user.id, profilePicture, "held");
  const file = slot === null ? null : await db.file.findUnique({ where: { slot } });
  return { user, file };
}

/**
 * Changes what the member gives. Showing or hiding the profile takes its picture along: the copies that everybody may read are pointed at, or
 * dropped, in the transaction that moves the flag. Errors: invalid (the handle is taken), conflict, unavailable.
 */
export async function changeProfile(deps: AppContext, viewer: Viewer, wanted: ProfileChange): Promise<OwnProfile> {
  try {
    if (wanted.visibility === "public") await publishProfile(deps, viewer, wanted);
    else await updateWithoutPublishing(deps, viewer, wanted);
  } catch (thrown) {
    if (!isUniqueViolation(thrown)) throw thrown;
    throw new Problem("invalid", "Please choose another address for your page.", {
      errors: [{ path: "handle", message: "is taken by somebody else" }],
      cause: thrown,
    });
  } finally {
    // Also where the store is away: the flag has moved.
    deps.profileCards?.invalidateTag(viewer.id);
  }
  return getOwnProfile(deps, viewer);
}

async function publishProfile(deps: AppContext, viewer: Viewer, wanted: ProfileChange): Promise<void> {
  const { db } = deps;
  const slot = slotKey(viewer.id, profilePicture, "held") ?? "";
  const file = await db.file.findUnique({ where: { slot } });
  const due =
    file && file.publicPrefix === null && isPublishable({ ...file, owner: { visibility: "public" } });
  const prepared = due ? await preparePublication(deps, file) : null;
  try {
    const point = async (tx: Tx) => {
      await tx.user.update({ where: { id: viewer.id }, data: wanted });
      await markOutOfSync(tx, deps, { ownerId: viewer.id });
      if (!file || !prepared) return;
      const { count } = await tx.file.updateMany({
        where: { id: file.id, slot, publicPrefix: null, cut: file.cut, visibility: "public", purgedAt: null },
        data: { publicPrefix: prepared.publicPrefix },
      });
      if (count === 1) await cancelPurge(tx, deps, prepared.purgeIds);
    };
    await retryTransaction(() => db.$transaction(point));
  } catch (thrown) {
    if (prepared) await discardPending(deps, prepared, thrown);
    throw thrown;
  }
  if (prepared) {
    await deps.onCrashPoint?.("visibility.switched");
    // Where the copies were adopted their rows are gone, and nothing happens.
    await tryExecutePurges(deps, prepared.purgeIds);
  }
  await syncOwnPublications(deps, viewer.id);
}

/** What a flag of the profile has touched; a picture may have been replaced in between. */
async function syncOwnPublications(deps: AppContext, ownerId: string): Promise<void> {
  const touched = await deps.db.file.findMany({
    where: { ownerId, unsettledSince: { not: null } },
    select: { id: true },
  });
  for (const { id } of touched) await syncPublication(deps, id);
}

async function updateWithoutPublishing(deps: AppContext, viewer: Viewer, wanted: ProfileChange): Promise<void> {
  const hide = async (tx: Tx) => {
    await tx.user.update({ where: { id: viewer.id }, data: wanted });
    return wanted.visibility === "private" ? unpublishPictures(tx, deps, { ownerId: viewer.id }) : null;
  };
  const purges = await retryTransaction(() => deps.db.$transaction(hide));
  if (purges === null) return;
  await deps.onCrashPoint?.("visibility.flagged");
  if (purges.length > 0) {
    await deps.onCrashPoint?.("visibility.switched");
    await deps.onCrashPoint?.("purge.scheduled");
  }
  await executePurges(deps, purges);
  await syncOwnPublications(deps, viewer.id);
}
