-- CreateEnum
CREATE TYPE "MailState" AS ENUM ('waiting', 'sent', 'merged', 'skipped', 'failed');

-- AlterTable
ALTER TABLE "User" ADD COLUMN     "mailOff" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "Mail" (
    "id" UUID NOT NULL,
    "template" TEXT NOT NULL,
    "recipientId" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "state" "MailState" NOT NULL DEFAULT 'waiting',
    "dueAt" TIMESTAMPTZ(3) NOT NULL,
    "retryAt" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "firstTriedAt" TIMESTAMPTZ(3),
    "reason" TEXT,
    "endedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Mail_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Mail_key_key" ON "Mail"("key");

-- CreateIndex
CREATE INDEX "Mail_state_dueAt_idx" ON "Mail"("state", "dueAt");

-- CreateIndex
CREATE INDEX "Mail_state_id_idx" ON "Mail"("state", "id");

-- CreateIndex
CREATE INDEX "Mail_recipientId_idx" ON "Mail"("recipientId");

-- CreateIndex
CREATE INDEX "Mail_endedAt_idx" ON "Mail"("endedAt");

-- AddForeignKey
ALTER TABLE "Mail" ADD CONSTRAINT "Mail_recipientId_fkey" FOREIGN KEY ("recipientId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
