-- AlterTable
ALTER TABLE "Upload" ADD COLUMN     "attemptId" UUID;
