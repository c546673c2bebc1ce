import type { Storage } from "../storage/storage";
import { type PublishedHeads, publishedHeadsKey, readHeads } from "./published-heads";
import type { Query, TrailReport } from "./trail-verdict";

type Published = { storage: Storage; trailKey: Uint8Array; lastNumber: number };

/**
 * Compares the published heads with the entries, object by object. They show what the database
 * cannot: a chain that is gone as a whole, or that ends as it did on an earlier day.
 */
export async function verifyPublishedHeads(
  query: Query,
  { storage, trailKey, lastNumber }: Published,
  report: TrailReport,
): Promise<void> {
  const rows = await query<{ number: number; mac: string }>(
    `SELECT number, mac FROM "TrailPublishedHeads" ORDER BY number`,
  );
  const macs = new Map(rows.map(({ number, mac }) => [number, mac]));
  const end = Math.max(lastNumber, rows.at(-1)?.number ?? 0);
  let previous = "";
  for (let number = 1; number <= end; number += 1) {
    const object = await readHeads(storage, trailKey, number);
    const reason = findProblem(object, previous, macs.get(number));
    if (reason || object === null || object === "changed") {
      report.add(`the object ${publishedHeadsKey(number)} ${reason}`);
      // The next one cannot be compared with a missing object.
      previous = macs.get(number) ?? "unknown";
      continue;
    }
    report.verdict.objects += 1;
    previous = object.mac;
    await compareHeads(query, object, report);
  }
}

function findProblem(
  object: PublishedHeads | "changed" | null,
  previous: string,
  recorded: string | undefined,
): string | null {
  if (object === null) return "is missing in the private storage";
  if (object === "changed") return "was changed in the private storage, or has another key";
  if (recorded !== undefined && recorded !== object.mac) return "is not the one that was recorded";
  if (previous !== "unknown" && object.previous !== previous) return "does not follow the one before";
  return null;
}

async function compareHeads(query: Query, { at, heads }: PublishedHeads, report: TrailReport): Promise<void> {
  const different = await query<{ chainId: string; position: number; seq: string | null }>(
    `SELECT p."chainId", p.position, t.seq
     FROM unnest($1::uuid[], $2::int[], $3::text[]) AS p("chainId", position, hash)
     LEFT JOIN "Trail" t ON t."chainId" = p."chainId" AND t.position = p.position
     WHERE t.seal IS DISTINCT FROM p.hash LIMIT 100`,
    [heads.map(([id]) => id), heads.map(([, position]) => position), heads.map(([, , hash]) => hash)],
  );
  for (const { chainId, position, seq } of different) {
    const state = seq === null ? "is missing" : "is another one";
    report.add(`entry ${position} of its subject, published on ${at.slice(0, 10)}, ${state}`, {
      seq,
      subject: chainId,
    });
  }
}
