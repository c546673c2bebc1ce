-- AlterTable
ALTER TABLE "Upload" ADD COLUMN     "slowAttempts" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "File" ADD COLUMN     "undrawnPages" INTEGER[] DEFAULT ARRAY[]::INTEGER[];
