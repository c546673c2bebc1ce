-- CreateIndex
CREATE INDEX "Decision_byId_createdAt_idx" ON "Decision"("byId", "createdAt");

-- CreateIndex
CREATE INDEX "Access_byId_at_id_idx" ON "Access"("byId", "at", "id");
