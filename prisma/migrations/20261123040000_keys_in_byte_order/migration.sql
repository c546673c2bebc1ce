-- Keys are ordered by their bytes, as stores order them: the indexes that are there then serve a comparison of the two in one pass.
-- Prisma knows no collations and shows nothing of this in the schema.
ALTER TABLE "File"
  ALTER COLUMN "prefix" SET DATA TYPE TEXT COLLATE "C",
  ALTER COLUMN "publicPrefix" SET DATA TYPE TEXT COLLATE "C";
ALTER TABLE "Upload" ALTER COLUMN "key" SET DATA TYPE TEXT COLLATE "C";
ALTER TABLE "Purge" ALTER COLUMN "prefix" SET DATA TYPE TEXT COLLATE "C";
