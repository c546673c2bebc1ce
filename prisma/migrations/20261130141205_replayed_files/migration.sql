-- AlterTable
ALTER TABLE "RetentionRun" ADD COLUMN     "replayed" INTEGER NOT NULL DEFAULT 0;
