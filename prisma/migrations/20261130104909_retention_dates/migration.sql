-- AlterTable
ALTER TABLE "User" ADD COLUMN     "leftAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "File" ADD COLUMN     "keepUntil" TIMESTAMPTZ(3),
ADD COLUMN     "supersededAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "RetentionRule" (
    "field" TEXT NOT NULL,
    "from" TEXT NOT NULL,
    "for" TEXT NOT NULL,
    "undecidedFor" TEXT NOT NULL,
    "issueFact" TEXT,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "undatedAfter" UUID,

    CONSTRAINT "RetentionRule_pkey" PRIMARY KEY ("field")
);

-- CreateIndex
CREATE INDEX "File_keepUntil_id_idx" ON "File"("keepUntil", "id");

-- No earlier release stored when a file was replaced. It was at the latest when the next file of
-- this field was uploaded or decided. The retention job computes "keepUntil" of all files.
UPDATE "File" f
SET "supersededAt" = COALESCE(
  (
    SELECT GREATEST(next."createdAt", next."decidedAt") FROM "File" next
    WHERE next."ownerId" = f."ownerId" AND next.field = f.field AND next."createdAt" > f."createdAt"
    ORDER BY next."createdAt" LIMIT 1
  ),
  f."createdAt"
)
WHERE f.status = 'superseded';
