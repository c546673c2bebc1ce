-- CreateTable
CREATE TABLE "Receipt" (
    "fileId" UUID NOT NULL,
    "field" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "ruleFrom" TEXT,
    "ruleFor" TEXT,
    "objects" INTEGER NOT NULL,
    "destroyedAt" TIMESTAMPTZ(3) NOT NULL,
    "backupsGoneAt" TIMESTAMPTZ(3) NOT NULL,
    "trailSeq" BIGINT NOT NULL,
    "trailHash" TEXT NOT NULL,

    CONSTRAINT "Receipt_pkey" PRIMARY KEY ("fileId")
);
