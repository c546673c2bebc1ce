-- AlterTable
ALTER TABLE "File" ADD COLUMN     "missingLetters" BOOLEAN NOT NULL DEFAULT false;
