-- AlterTable
ALTER TABLE "Upload" ADD COLUMN     "multipartId" TEXT,
ADD COLUMN     "partSize" INTEGER,
ALTER COLUMN "sha256" DROP NOT NULL;

-- AlterTable
ALTER TABLE "File" ADD COLUMN     "cut" TEXT,
ADD COLUMN     "unsettledSince" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "Purge" ADD COLUMN     "addresses" JSONB,
ADD COLUMN     "multipartId" TEXT,
ADD COLUMN     "retryAt" TIMESTAMPTZ(3),
ADD COLUMN     "tries" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "UploadPart" (
    "uploadId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,

    CONSTRAINT "UploadPart_pkey" PRIMARY KEY ("uploadId","number")
);

-- CreateTable
CREATE TABLE "Trail" (
    "seq" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "event" TEXT NOT NULL,
    "byId" UUID,
    "subjectId" UUID,
    "detail" JSONB NOT NULL,
    "seal" TEXT NOT NULL,

    CONSTRAINT "Trail_pkey" PRIMARY KEY ("seq")
);

-- CreateIndex
CREATE INDEX "Trail_subjectId_seq_idx" ON "Trail"("subjectId", "seq");

-- CreateIndex
CREATE INDEX "File_unsettledSince_idx" ON "File"("unsettledSince");

-- CreateIndex
CREATE INDEX "Purge_storage_prefix_idx" ON "Purge"("storage", "prefix");

-- AddForeignKey
ALTER TABLE "UploadPart" ADD CONSTRAINT "UploadPart_uploadId_fkey" FOREIGN KEY ("uploadId") REFERENCES "Upload"("id") ON DELETE CASCADE ON UPDATE CASCADE;
