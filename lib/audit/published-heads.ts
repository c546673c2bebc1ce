import { z } from "zod";
import { readJson } from "../storage/read-json";
import type { Storage } from "../storage/storage";
import { macOfPublishedHeads } from "./trail-hash";

/** The objects of the private storage with published heads. They have no row of a file. */
export const PUBLISHED_HEADS_PREFIX = "trail/heads/";

/** The most heads of an object, which then has about 450 KB. */
export const MAX_HEADS = 5000;

const contentSchema = z.strictObject({
  version: z.literal(1),
  /** From 1, without gaps. */
  number: z.number().int(),
  at: z.iso.datetime(),
  /** The `mac` of the object before, "" for the first. */
  previous: z.string(),
  /** Chain, position of its last entry, hash of that entry. */
  heads: z.array(z.tuple([z.guid(), z.number().int(), z.string()])),
});
const publishedHeadsSchema = contentSchema.extend({ mac: z.string() });

export type HeadsContent = z.infer<typeof contentSchema>;
export type PublishedHeads = z.infer<typeof publishedHeadsSchema>;

export function publishedHeadsKey(number: number): string {
  return `${PUBLISHED_HEADS_PREFIX}${String(number).padStart(10, "0")}.json`;
}

/** Writes an object of heads. Errors: conflict, if one with this number exists; unavailable. */
export async function putHeads(
  storage: Storage,
  trailKey: Uint8Array,
  content: HeadsContent,
): Promise<PublishedHeads> {
  const object = { ...content, mac: macOfPublishedHeads(trailKey, content) };
  const body = Buffer.from(JSON.stringify(object));
  await storage.put(publishedHeadsKey(content.number), body, { type: "application/json", size: body.length });
  return object;
}

/**
 * Reads an object of heads. Returns null if it does not exist, and "changed" if it was not written
 * with this key. Errors: unavailable.
 */
export async function readHeads(
  storage: Storage,
  trailKey: Uint8Array,
  number: number,
): Promise<PublishedHeads | "changed" | null> {
  const json = await readJson(storage, publishedHeadsKey(number));
  if (json === undefined) return null;
  const parsed = publishedHeadsSchema.safeParse(json);
  if (!parsed.success) return "changed";
  const { mac, ...content } = parsed.data;
  const isAuthentic = content.number === number && mac === macOfPublishedHeads(trailKey, content);
  return isAuthentic ? parsed.data : "changed";
}

/** Returns the highest number of an object in the storage, 0 if there is none. */
export async function findLastNumber(storage: Storage): Promise<number> {
  let last = 0;
  for await (const { key } of storage.list(PUBLISHED_HEADS_PREFIX)) {
    const number = Number(/(\d{10})\.json$/.exec(key)?.[1] ?? 0);
    if (number > last) last = number;
  }
  return last;
}
