import { z } from "zod";
import type { AppContext } from "../app-context";
import { mapConcurrently } from "../concurrency";
import { Problem } from "../errors";
import { isId } from "../id";
import { readJson } from "../storage/read-json";
import type { ListedObject, Storage, Storages } from "../storage/storage";
import { purgedProblem } from "./file";
import { PURGE_REASONS, REASONS_OF_COPIES } from "./purge-reason";

// A tombstone is an object of the private storage that says: the bytes of this file were destroyed,
// or this person was erased. The database cannot say it after it was restored from a backup.
// docs/decisions/0072-tombstones.md

/** The objects of the private storage that are tombstones. They have no row of a file. */
export const TOMBSTONE_PREFIX = "destroyed/";

/** The tombstones of people. In the order of names, they come after those of files. */
const PERSON_PREFIX = `${TOMBSTONE_PREFIX}people/`;

const CONCURRENCY = 8;
/** A tombstone has about 200 bytes. */
const MAX_BYTES = 1024;

const tombstoneSchema = z.strictObject({
  version: z.literal(1),
  /** The file's private objects. */
  prefix: z.string().regex(/^files\/[a-z0-9-]+\/$/),
  /** Its public copies at that time. */
  publicPrefix: z
    .string()
    .regex(/^pictures\/[a-z0-9-]+\/$/)
    .optional(),
  reason: z.enum(PURGE_REASONS),
  destroyedAt: z.iso.datetime(),
});

/** What a tombstone says, without personal data: enough to destroy the bytes again. */
export type Tombstone = z.infer<typeof tombstoneSchema>;

function tombstoneKey(fileId: string): string {
  return `${TOMBSTONE_PREFIX}${fileId}`;
}

/** Returns the file of a listed tombstone; null for a key that the application does not write. */
export function fileIdOfTombstone({ key }: Pick<ListedObject, "key">): string | null {
  const id = key.slice(TOMBSTONE_PREFIX.length);
  return isId(id) ? id : null;
}

/** Returns the person of a listed tombstone; null for that of a file, and for an unknown key. */
export function personIdOfTombstone({ key }: Pick<ListedObject, "key">): string | null {
  const id = key.startsWith(PERSON_PREFIX) ? key.slice(PERSON_PREFIX.length) : "";
  return isId(id) ? id : null;
}

/** Writes the tombstone of a file, if there is none. Errors: unavailable. */
export function putTombstone(
  storage: Pick<Storage, "put">,
  fileId: string,
  tombstone: Omit<Tombstone, "version">,
): Promise<void> {
  return putOnce(storage, tombstoneKey(fileId), { version: 1, ...tombstone } satisfies Tombstone);
}

/** Writes the tombstone of an erased person, if there is none. Errors: unavailable. */
export function putPersonTombstone(storage: Pick<Storage, "put">, personId: string): Promise<void> {
  return putOnce(storage, `${PERSON_PREFIX}${personId}`, { version: 1 });
}

async function putOnce(storage: Pick<Storage, "put">, key: string, content: object): Promise<void> {
  const body = Buffer.from(JSON.stringify(content));
  try {
    await storage.put(key, body, { type: "application/json", size: body.length });
  } catch (error) {
    if (!(error instanceof Problem && error.code === "conflict")) throw error;
  }
}

/**
 * Reads a listed tombstone. Returns null if it is not one that the application wrote, or if it was
 * deleted meanwhile. Errors: unavailable.
 */
export async function readTombstone(
  storage: Pick<Storage, "read">,
  { key, size }: ListedObject,
): Promise<Tombstone | null> {
  if (size > MAX_BYTES) return null;
  const parsed = tombstoneSchema.safeParse(await readJson(storage, key));
  return parsed.success ? parsed.data : null;
}

/** Whether the bytes of the file were destroyed, also if the row says otherwise. */
export async function hasTombstone(
  { storages }: { storages: Pick<Storages, "private"> },
  fileId: string,
): Promise<boolean> {
  try {
    // Not `stat`: a missing object costs it a second request to S3.
    (await storages.private.read(tombstoneKey(fileId))).destroy();
    return true;
  } catch (error) {
    if (error instanceof Problem && error.code === "not_found") return false;
    throw error;
  }
}

/** Errors: purged, if the bytes of the file were destroyed; unavailable, if the store is. */
export async function requireNoTombstone(
  context: { storages: Pick<Storages, "private"> },
  fileId: string,
): Promise<void> {
  if (await hasTombstone(context, fileId)) throw purgedProblem();
}

/**
 * Writes the tombstones of the files that these purges destroy. Purges of copies need none. Both
 * purges of a published file exist until the first one writes the tombstone, so it has both
 * prefixes. Errors: unavailable.
 */
export async function writeTombstones(
  { db, storages, clock }: Pick<AppContext, "db" | "storages" | "clock">,
  purges: readonly { fileId: string | null }[],
): Promise<void> {
  const fileIds = purges.flatMap(({ fileId }) => (fileId === null ? [] : [fileId]));
  if (fileIds.length === 0) return;
  const destroyed = await db.$queryRaw<DestroyedFile[]>`
    SELECT p."fileId", min(p.reason) AS reason,
      coalesce(min(p.prefix) FILTER (WHERE p.storage = 'private'), min(f.prefix)) AS prefix,
      min(p.prefix) FILTER (WHERE p.storage = 'public') AS "publicPrefix"
    FROM "Purge" p LEFT JOIN "File" f ON f.id = p."fileId"
    WHERE p."fileId" = ANY(${fileIds}::uuid[]) AND p.reason <> ALL(${REASONS_OF_COPIES}::text[])
    GROUP BY p."fileId"`;
  const destroyedAt = clock.now().toISOString();
  await mapConcurrently(destroyed, CONCURRENCY, async ({ fileId, reason, prefix, publicPrefix }) => {
    // Without a private prefix its purge is done, and has written the tombstone.
    if (prefix === null) return;
    const publicCopies = publicPrefix === null ? {} : { publicPrefix };
    await putTombstone(storages.private, fileId, { prefix, ...publicCopies, reason, destroyedAt });
  });
}

type DestroyedFile = {
  fileId: string;
  reason: Tombstone["reason"];
  prefix: string | null;
  publicPrefix: string | null;
};
