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
    "proposedById" UUID,
    "proposedRule" TEXT,

    CONSTRAINT "RetentionRule_pkey" PRIMARY KEY ("field")
);

-- CreateTable
CREATE TABLE "Hold" (
    "id" UUID NOT NULL,
    "fileId" UUID,
    "memberId" UUID,
    "reason" TEXT NOT NULL,
    "byId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "releasedById" UUID,
    "releasedAt" TIMESTAMPTZ(3),
    "releaseReason" TEXT,

    CONSTRAINT "Hold_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RetentionRun" (
    "id" UUID NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),
    "dated" INTEGER NOT NULL DEFAULT 0,
    "expired" INTEGER NOT NULL DEFAULT 0,
    "ended" INTEGER NOT NULL DEFAULT 0,
    "destroyed" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "left" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "RetentionRun_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Hold_fileId_idx" ON "Hold"("fileId");

-- CreateIndex
CREATE INDEX "Hold_memberId_idx" ON "Hold"("memberId");

-- CreateIndex
CREATE INDEX "Hold_createdAt_id_idx" ON "Hold"("createdAt", "id");

-- CreateIndex
CREATE INDEX "RetentionRun_startedAt_id_idx" ON "RetentionRun"("startedAt", "id");

-- CreateIndex
CREATE INDEX "File_keepUntil_id_field_idx" ON "File"("keepUntil", "id", "field");

-- AddForeignKey
ALTER TABLE "Hold" ADD CONSTRAINT "Hold_fileId_fkey" FOREIGN KEY ("fileId") REFERENCES "File"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Hold" ADD CONSTRAINT "Hold_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

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
