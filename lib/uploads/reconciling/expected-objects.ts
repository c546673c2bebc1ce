import type { AppContext } from "../../app-context";
import { originalKey, variantKey, variantsSchema } from "../../files/file";
import type { StorageClass } from "../../storage/storage";

/** What has to lie below a file's prefix of one storage. */
export type ExpectedObjects = {
  fileId: string;
  prefix: string;
  /** Size by key. */
  sizeByKey: Map<string, number>;
  /** Below it lies what may come and go: images of pages, made when somebody looks. */
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
  /** The driver below Prisma gives digits. */
  size: bigint | string;
  variants: unknown;
  purgedAt: Date | null;
};

/** Null where the file has no bytes in this storage. */
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

/** Rows of a page: enough that the way to the database does not count, and few enough to hold. */
const PAGE_SIZE = 1_000;

/** Of every file that has bytes in this storage, in the byte order of prefixes, page by page. */
export async function* streamExpectedObjects(
  { db }: Pick<AppContext, "db">,
  storage: StorageClass,
  page = PAGE_SIZE,
): AsyncGenerator<ExpectedObjects> {
  for (let after = ""; ; ) {
    const { rows } = await db.pool.query<ExpectedRow>(PAGE_QUERIES[storage], [after, page]);
    for (const row of rows) {
      const expected = toExpectedObjects(row, storage);
      if (expected) yield expected;
    }
    const last = rows.at(-1);
    const next = storage === "private" ? last?.prefix : last?.publicPrefix;
    if (rows.length < page || !next) return;
    after = next;
  }
}

/**
 * The columns' own collation is "C", so their unique indexes serve this; said again, it is right on a database where they have another. Below Prisma,
 * which sorts a page of `findMany` once more in its own way, and costs 40 MB before its first row.
 */
const PAGE_QUERIES = {
  private: `
    SELECT id, prefix, "publicPrefix", cut, size, variants, "purgedAt" FROM "File"
    WHERE prefix > $1 COLLATE "C" AND "purgedAt" IS NULL ORDER BY prefix COLLATE "C" LIMIT $2`,
  public: `
    SELECT id, prefix, "publicPrefix", cut, size, variants, "purgedAt" FROM "File"
    WHERE "publicPrefix" > $1 COLLATE "C" ORDER BY "publicPrefix" COLLATE "C" LIMIT $2`,
};

/** What the files of these prefixes, or of these ids, expect now; those that have no bytes (any more) are left out. */
export async function findExpectedObjects(
  db: Pick<AppContext["db"], "file">,
  storage: StorageClass,
  { prefixes = [], ids = [] }: { prefixes?: string[]; ids?: string[] },
): Promise<ExpectedObjects[]> {
  const below = storage === "private" ? { prefix: { in: prefixes } } : { publicPrefix: { in: prefixes } };
  const rows = await db.file.findMany({ where: { OR: [below, { id: { in: ids } }] }, select: FILE_COLUMNS });
  return rows.map((row) => toExpectedObjects(row, storage)).filter((expected) => expected !== null);
}
