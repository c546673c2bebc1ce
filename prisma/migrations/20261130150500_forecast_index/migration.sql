-- DropIndex
DROP INDEX "File_keepUntil_id_field_idx";

-- CreateIndex
CREATE INDEX "File_keepUntil_id_idx" ON "File"("keepUntil", "id");

-- CreateIndex
CREATE INDEX "File_keepUntil_field_idx" ON "File"("keepUntil", "field");
