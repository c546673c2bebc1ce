-- AlterTable
ALTER TABLE "File" ADD COLUMN     "pageTiles" INTEGER[] DEFAULT ARRAY[]::INTEGER[];
