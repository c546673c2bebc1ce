-- AlterTable
ALTER TABLE "Purge" ADD COLUMN     "objects" INTEGER,
ADD COLUMN     "reason" TEXT;

-- CreateIndex
CREATE INDEX "Purge_fileId_idx" ON "Purge"("fileId");

-- What a move that was cut short has left since before anybody wrote that down: the first sweep brings it in line.
UPDATE "File" f SET "unsettledSince" = now() FROM "User" u
WHERE u.id = f."ownerId" AND f.variants IS NOT NULL AND (f."publicPrefix" IS NOT NULL)
  <> (f.status = 'stored' AND f.visibility = 'public' AND u.visibility = 'public' AND f."purgedAt" IS NULL);
