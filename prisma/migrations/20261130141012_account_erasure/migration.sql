-- AlterTable
ALTER TABLE "User" ADD COLUMN     "erasedAt" TIMESTAMPTZ(3),
ADD COLUMN     "erasureDueAt" TIMESTAMPTZ(3),
ADD COLUMN     "erasureStartedAt" TIMESTAMPTZ(3),
ADD COLUMN     "returnedAt" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "User_erasureDueAt_idx" ON "User"("erasureDueAt");
