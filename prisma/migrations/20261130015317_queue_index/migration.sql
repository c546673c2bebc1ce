-- DropIndex
DROP INDEX "File_field_status_createdAt_id_idx";

-- CreateIndex
CREATE INDEX "File_field_status_createdAt_id_ownerId_validUntil_idx" ON "File"("field", "status", "createdAt", "id", "ownerId", "validUntil");
