-- CreateEnum
CREATE TYPE "RequestState" AS ENUM ('open', 'fulfilled', 'cancelled');

-- CreateTable
CREATE TABLE "Request" (
    "id" UUID NOT NULL,
    "memberId" UUID NOT NULL,
    "field" TEXT NOT NULL,
    "message" TEXT,
    "dueAt" TIMESTAMPTZ(3),
    "state" "RequestState" NOT NULL DEFAULT 'open',
    "fileId" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Request_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Request_memberId_field_createdAt_idx" ON "Request"("memberId", "field", "createdAt");

-- CreateIndex
CREATE INDEX "Request_state_dueAt_id_idx" ON "Request"("state", "dueAt", "id");

-- CreateIndex
CREATE INDEX "Request_field_state_dueAt_id_idx" ON "Request"("field", "state", "dueAt", "id");

-- CreateIndex
CREATE INDEX "Request_field_id_idx" ON "Request"("field", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Request_open_key" ON "Request"("memberId", "field") WHERE (state = 'open');

-- AddForeignKey
ALTER TABLE "Request" ADD CONSTRAINT "Request_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
