-- AlterTable
ALTER TABLE "RetentionRun" ADD COLUMN     "removed" INTEGER NOT NULL DEFAULT 0;

-- CreateIndex
CREATE INDEX "Verification_expiresAt_idx" ON "Verification"("expiresAt");

-- CreateIndex
CREATE INDEX "Access_client_idx" ON "Access"("at") WHERE (address IS NOT NULL OR "userAgent" IS NOT NULL);
