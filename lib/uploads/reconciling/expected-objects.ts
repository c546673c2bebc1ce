import type { AppContext } from "../../app-context";
import { originalKey, variantKey, variantsSchema } from "../../files/file";
import type { StorageClass } from "../../storage/storage";

/** The objects that must be stored under a file's prefix of one storage. */
export type ExpectedObjects = {
  fileId: string;
  prefix: string;
  /** Size by key. */
  sizeByKey: Map<string, number>;
  /** Objects under it may exist or not: page images, rendered on demand. */
  optionalPrefix: string | null;
};

const FILE_COLUMNS = {
  id: true,
  prefix: true,
  publicPrefix: true,
  cut: true,
  size: true,
  variants: true,
  purgedAt: true,
} as const;

type ExpectedRow = {
  id: string;
  prefix: string;
  publicPrefix: string | null;
  cut: string | null;
  /** `pg` returns digits. */
  size: bigint | string;
  variants: unknown;
  purgedAt: Date | null;
};

/** Returns null if the file has no bytes in this storage. */
function toExpectedObjects(row: ExpectedRow, storage: StorageClass): ExpectedObjects | null {
  const variants = row.variants === null ? [] : variantsSchema.parse(row.variants);
  if (storage === "public") {
    const { publicPrefix } = row;
    if (publicPrefix === null) return null;
    const objects = new Map(variants.map(({ name, size }) => [`${publicPrefix}${name}`, size]));
    return { fileId: row.id, prefix: publicPrefix, sizeByKey: objects, optionalPrefix: null };
  }
  if (row.purgedAt) return null;
  const objects = new Map(variants.map(({ name, size }) => [variantKey(row, name), size]));
  objects.set(originalKey(row), Number(row.size));
  return { fileId: row.id, prefix: row.prefix, sizeByKey: objects, optionalPrefix: `${row.prefix}pages/` };
}

/** Rows per query: large enough to hide the round trip, small enough for the memory. */
const PAGE_SIZE = 1_000;

/** Streams the expected objects of every file in this storage, in the byte order of prefixes. */
export async function* streamExpectedObjects(
  { db }: Pick<AppContext, "db">,
  storage: StorageClass,
  pageSize = PAGE_SIZE,
): AsyncGenerator<ExpectedObjects> {
  for (let after = ""; ; ) {
    const { rows } = await db.pool.query<ExpectedRow>(PAGE_QUERIES[storage], [after, pageSize]);
    for (const row of rows) {
      const expected = toExpectedObjects(row, storage);
      if (expected) yield expected;
    }
    const last = rows.at(-1);
    const next = storage === "private" ? last?.prefix : last?.publicPrefix;
    if (rows.length < pageSize || !next) return;
    after = next;
  }
}

/**
 * COLLATE "C" is the collation of the columns, so the unique indexes serve these queries; naming it
 * keeps the order right on a database where the columns have another. Not through Prisma, which
 * sorts a page again in its own order and needs 40 MB before the first row.
 */
const PAGE_QUERIES = {
  private: `
    SELECT id, prefix, "publicPrefix", cut, size, variants, "purgedAt" FROM "File"
    WHERE prefix > $1 COLLATE "C" AND "purgedAt" IS NULL ORDER BY prefix COLLATE "C" LIMIT $2`,
  public: `
    SELECT id, prefix, "publicPrefix", cut, size, variants, "purgedAt" FROM "File"
    WHERE "publicPrefix" > $1 COLLATE "C" ORDER BY "publicPrefix" COLLATE "C" LIMIT $2`,
};

/**
 * Finds the expected objects of the files with these prefixes or ids. Skips files without bytes.
 */
export async function findExpectedObjects(
  db: Pick<AppContext["db"], "file">,
  storage: StorageClass,
  { prefixes = [], ids = [] }: { prefixes?: string[]; ids?: string[] },
): Promise<ExpectedObjects[]> {
  const byPrefix = storage === "private" ? { prefix: { in: prefixes } } : { publicPrefix: { in: prefixes } };
  const rows = await db.file.findMany({
    where: { OR: [byPrefix, { id: { in: ids } }] },
    select: FILE_COLUMNS,
  });
  return rows.map((row) => toExpectedObjects(row, storage)).filter((expected) => expected !== null);
}
