import { z } from "zod";
import type { AppContext } from "../app-context";
import type { Tx } from "../db/client";
import { isUniqueViolation, retryTransaction } from "../db/conflict";
import { notFoundProblem, Problem } from "../errors";
import { profilePicture } from "../fields/profile-picture";
import { type FileView, listPublishedVariants, toFileView } from "../files/file";
import {
  markOutOfSync,
  preparePublication,
  syncPublicationsOf,
  unpublishPictures,
} from "../files/publication";
import { cancelPurge, discardPending, executePurges, tryExecutePurges } from "../files/purge";
import { slotKey } from "../files/supersede";
import { isPublishable, WHERE_PROFILE_PUBLIC, whereOwn } from "../permissions/read";
import type { Viewer } from "../permissions/viewer";
import { multiLineText, singleLineText } from "../text-schemas";
import { type Badge, badgesSchema, findBadges } from "./badges";
import { handleSchema } from "./handle";
import { linksSchema, type ProfileLink, readLinks } from "./profile-links";

export const profileChangeSchema = z.strictObject({
  name: singleLineText({ min: 1, max: 100 }).optional(),
  handle: handleSchema.optional(),
  headline: singleLineText({ max: 120 }).optional(),
  bio: multiLineText({ max: 2000 }).optional(),
  pronouns: singleLineText({ max: 40 }).optional(),
  location: singleLineText({ max: 80 }).optional(),
  languages: singleLineText({ max: 120 }).optional(),
  links: linksSchema.optional(),
  visibility: z.enum(["public", "private"]).optional(),
  badges: badgesSchema.optional(),
});

export type ProfileChange = z.infer<typeof profileChangeSchema>;

/** What a member writes about themselves, and every visitor of a public page reads. */
export type ProfileTexts = {
  name: string;
  handle: string;
  headline: string;
  bio: string;
  pronouns: string;
  location: string;
  languages: string;
  links: ProfileLink[];
};

export type OwnProfile = ProfileTexts & {
  id: string;
  visibility: "public" | "private";
  badges: string[];
  picture: FileView | null;
  files: FileView[];
};

export type PublicProfile = ProfileTexts & {
  picture: {
    url: string;
    /** What the picture shows, or "". */
    alt: string;
    width: number;
    height: number;
    placeholder: string | null;
    variants: { url: string; width: number; type: string }[];
  } | null;
  badges: Badge[];
};

const PROFILE_COLUMNS = {
  id: true,
  name: true,
  handle: true,
  headline: true,
  bio: true,
  pronouns: true,
  location: true,
  languages: true,
  links: true,
  visibility: true,
  badges: true,
} as const;

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
  return { ...user, links: readLinks(user.links), picture: files[picture] ?? null, files };
}

/** Returns a public profile. Errors: not_found, for a private one too. */
export async function getPublicProfile(
  context: Pick<AppContext, "db" | "storages" | "clock">,
  handle: string,
): Promise<PublicProfile> {
  const { user, file } = await findPublicProfile(context, handle);
  const badges = await findBadges(context, user);
  const { storages } = context;
  const variants = file ? listPublishedVariants(storages, file) : [];
  const largest = variants.findLast(({ type }) => type === "image/webp");
  const picture = largest
    ? {
        url: largest.url,
        alt: file?.alt ?? "",
        width: largest.width,
        height: largest.width,
        placeholder: file?.placeholder ?? null,
        variants,
      }
    : null;
  const { id: _, visibility: __, badges: ___, ...texts } = user;
  return { ...texts, links: readLinks(user.links), picture, badges };
}

/** Finds the rows of a public profile. The picture's own flag may be private. Errors: not_found. */
export async function findPublicProfile({ db }: Pick<AppContext, "db">, handle: string) {
  const parsed = handleSchema.safeParse(handle);
  const user = parsed.success
    ? await db.user.findFirst({
        where: { handle: parsed.data, ...WHERE_PROFILE_PUBLIC },
        select: PROFILE_COLUMNS,
      })
    : null;
  if (!user) throw notFoundProblem();
  const slot = slotKey(user.id, profilePicture, "held");
  const file = slot === null ? null : await db.file.findUnique({ where: { slot } });
  return { user, file };
}

/**
 * Changes the member's profile. A changed visibility publishes or unpublishes the picture in the
 * same transaction. Errors: invalid (the handle is taken), conflict, unavailable.
 */
export async function changeProfile(
  context: AppContext,
  viewer: Viewer,
  wanted: ProfileChange,
): Promise<OwnProfile> {
  try {
    if (wanted.visibility === "public") await publishProfile(context, viewer, wanted);
    else await updateWithoutPublishing(context, viewer, wanted);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Problem("invalid", "Please choose another address for your page.", {
      errors: [{ path: "handle", message: "is taken by another member" }],
      cause: error,
    });
  } finally {
    // Also after a failure: the flag may have changed.
    context.profileCards?.invalidateTag(viewer.id);
  }
  return getOwnProfile(context, viewer);
}

async function publishProfile(context: AppContext, viewer: Viewer, wanted: ProfileChange): Promise<void> {
  const { db } = context;
  const slot = slotKey(viewer.id, profilePicture, "held") ?? "";
  const file = await db.file.findUnique({ where: { slot } });
  const isDue = file && file.publicPrefix === null && isPublishable({ ...file, owner: WHERE_PROFILE_PUBLIC });
  const prepared = isDue ? await preparePublication(context, file) : null;
  try {
    const publish = async (tx: Tx) => {
      const { count: present } = await tx.user.updateMany({
        where: { id: viewer.id, leftAt: null },
        data: wanted,
      });
      if (present === 0)
        throw new Problem("conflict", "You have left, so your page stays private. Come back first.");
      await markOutOfSync(tx, context, { ownerId: viewer.id });
      if (!file || !prepared) return;
      const { count } = await tx.file.updateMany({
        where: { id: file.id, slot, publicPrefix: null, cut: file.cut, visibility: "public", purgedAt: null },
        data: { publicPrefix: prepared.publicPrefix },
      });
      if (count === 1) await cancelPurge(tx, context, prepared.purgeIds);
    };
    await retryTransaction(() => db.$transaction(publish));
  } catch (error) {
    if (prepared) await discardPending(context, prepared, error);
    throw error;
  }
  if (prepared) {
    await context.onCrashPoint?.("visibility.switched");
    // After a commit the purges are cancelled, and this does nothing.
    await tryExecutePurges(context, prepared.purgeIds);
  }
  // Another request may have replaced the picture.
  await syncPublicationsOf(context, viewer.id);
}

async function updateWithoutPublishing(
  context: AppContext,
  viewer: Viewer,
  wanted: ProfileChange,
): Promise<void> {
  const hide = async (tx: Tx) => {
    await tx.user.update({ where: { id: viewer.id }, data: wanted });
    return wanted.visibility === "private" ? unpublishPictures(tx, context, { ownerId: viewer.id }) : null;
  };
  const purges = await retryTransaction(() => context.db.$transaction(hide));
  if (purges === null) return;
  await context.onCrashPoint?.("visibility.flagged");
  if (purges.length > 0) {
    await context.onCrashPoint?.("visibility.switched");
    await context.onCrashPoint?.("purge.scheduled");
  }
  await executePurges(context, purges);
  await syncPublicationsOf(context, viewer.id);
}
