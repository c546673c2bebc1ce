import type { AppContext } from "../app-context";
import { Problem } from "../errors";
import {
  type HeadsContent,
  MAX_HEADS,
  type PublishedHeads,
  publishedHeadsKey,
  putHeads,
  readHeads,
} from "./published-heads";

type PublishContext = Pick<AppContext, "db" | "storages" | "clock" | "trailKey">;

const DAY_MS = 24 * 3600 * 1000;

/**
 * Writes the heads of all chains that changed to the private storage, at most once a day. A person
 * who can write the database, but not the storage, cannot remove what was published. Returns the
 * number of heads. Safe while another process does the same. Errors: unavailable; internal if the
 * key of the trail has changed.
 */
export async function publishTrailHeads(context: PublishContext, signal?: AbortSignal): Promise<number> {
  const latest = await findLatest(context);
  if (latest && !isDue(context, latest)) return 0;
  if (latest) await requireSameKey(context, latest.number);
  let last: Pick<PublishedHeads, "number" | "mac"> = latest ?? { number: 0, mac: "" };
  let published = 0;
  while (!signal?.aborted) {
    const heads = await findUnpublishedHeads(context);
    if (heads.length === 0) break;
    const at = context.clock.now().toISOString();
    const content = { version: 1 as const, number: last.number + 1, at, previous: last.mac };
    const object = await putOrRead(context, { ...content, heads });
    await recordPublished(context, object);
    published += object.heads.length;
    last = object;
    if (heads.length < MAX_HEADS) break;
  }
  return published;
}

function findLatest({ db }: PublishContext) {
  return db.trailPublishedHeads.findFirst({ orderBy: { number: "desc" } });
}

/** A full object means that an earlier run ended before it had written all heads. */
function isDue({ clock }: PublishContext, last: { at: Date; heads: number }): boolean {
  return last.heads >= MAX_HEADS || clock.now().getTime() - last.at.getTime() >= DAY_MS;
}

async function requireSameKey({ storages, trailKey }: PublishContext, number: number): Promise<void> {
  if ((await readHeads(storages.private, trailKey, number)) !== "changed") return;
  throw new Problem(
    "internal",
    "The published heads of the audit trail do not match its key. If AUTH_SECRET was changed, set TRAIL_SECRET to its earlier value.",
  );
}

async function findUnpublishedHeads({ db }: PublishContext): Promise<HeadsContent["heads"]> {
  const rows = await db.trailHead.findMany({
    where: { unpublished: true },
    orderBy: { chainId: "asc" },
    take: MAX_HEADS,
    select: { chainId: true, position: true, hash: true },
  });
  return rows.map(({ chainId, position, hash }) => [chainId, position, hash]);
}

/**
 * Writes the object, or reads the one with its number: another process wrote it, or a process died
 * before it recorded it.
 */
async function putOrRead(
  { storages, trailKey }: PublishContext,
  content: HeadsContent,
): Promise<PublishedHeads> {
  try {
    return await putHeads(storages.private, trailKey, content);
  } catch (error) {
    if (!(error instanceof Problem && error.code === "conflict")) throw error;
    const existing = await readHeads(storages.private, trailKey, content.number);
    if (existing !== null && existing !== "changed" && existing.previous === content.previous)
      return existing;
    const detail = `The audit trail did not write the object ${publishedHeadsKey(content.number)}.`;
    throw new Problem("internal", detail, { cause: error });
  }
}

async function recordPublished({ db }: PublishContext, object: PublishedHeads): Promise<void> {
  const { number, at, heads, mac } = object;
  await db.trailPublishedHeads.createMany({
    data: [{ number, at: new Date(at), heads: heads.length, mac }],
    skipDuplicates: true,
  });
  const ids = heads.map(([chainId]) => chainId);
  const positions = heads.map(([, position]) => position);
  // A head that an entry locks now has a new position in a moment, and stays unpublished.
  await db.$executeRaw`
    UPDATE "TrailHead" SET unpublished = false WHERE "chainId" IN (
      SELECT h."chainId" FROM "TrailHead" h
      JOIN unnest(${ids}::uuid[], ${positions}::int[]) AS p("chainId", position)
        ON p."chainId" = h."chainId" AND p.position = h.position
      ORDER BY h."chainId" FOR UPDATE OF h SKIP LOCKED)`;
}
