-- CreateIndex
CREATE INDEX "File_status_validUntil_idx" ON "File"("status", "validUntil");
