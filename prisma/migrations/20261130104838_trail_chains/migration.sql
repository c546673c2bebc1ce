-- DropIndex
DROP INDEX "Trail_subjectId_seq_idx";

-- AlterTable
ALTER TABLE "Trail" ADD COLUMN     "chainId" UUID,
ADD COLUMN     "personHash" TEXT,
ADD COLUMN     "personId" UUID,
ADD COLUMN     "position" INTEGER;

-- CreateTable
CREATE TABLE "TrailHead" (
    "chainId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "seq" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,
    "mac" TEXT NOT NULL,
    "unpublished" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "TrailHead_pkey" PRIMARY KEY ("chainId")
);

-- CreateTable
CREATE TABLE "TrailPublishedHeads" (
    "number" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "heads" INTEGER NOT NULL,
    "mac" TEXT NOT NULL,

    CONSTRAINT "TrailPublishedHeads_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "TrailPersonal" (
    "seq" BIGINT NOT NULL,
    "personId" UUID NOT NULL,
    "ciphertext" BYTEA NOT NULL,

    CONSTRAINT "TrailPersonal_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "PersonKey" (
    "personId" UUID NOT NULL,
    "key" BYTEA NOT NULL,

    CONSTRAINT "PersonKey_pkey" PRIMARY KEY ("personId")
);

-- CreateIndex
CREATE INDEX "TrailHead_unpublished_chainId_idx" ON "TrailHead"("unpublished", "chainId");

-- CreateIndex
CREATE INDEX "TrailPersonal_personId_idx" ON "TrailPersonal"("personId");

-- CreateIndex
CREATE INDEX "Trail_at_seq_idx" ON "Trail"("at", "seq");

-- CreateIndex
CREATE INDEX "Trail_subjectId_at_seq_idx" ON "Trail"("subjectId", "at", "seq");

-- CreateIndex
CREATE INDEX "Trail_byId_at_seq_idx" ON "Trail"("byId", "at", "seq");

-- CreateIndex
CREATE INDEX "Trail_event_at_seq_idx" ON "Trail"("event", "at", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "Trail_chainId_position_key" ON "Trail"("chainId", "position");

-- AddForeignKey
ALTER TABLE "TrailPersonal" ADD CONSTRAINT "TrailPersonal_seq_fkey" FOREIGN KEY ("seq") REFERENCES "Trail"("seq") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TrailPersonal" ADD CONSTRAINT "TrailPersonal_personId_fkey" FOREIGN KEY ("personId") REFERENCES "PersonKey"("personId") ON DELETE CASCADE ON UPDATE CASCADE;

-- Earlier code numbered the entries itself. From now on the sequence does.
SELECT setval(pg_get_serial_sequence('"Trail"', 'seq'), max("seq")) FROM "Trail" HAVING max("seq") IS NOT NULL;

-- The trail is append-only, for the owner of the table too. A hash without a key shows no edit, so
-- an entry without a chain is refused as well: only code before this migration writes one.
CREATE FUNCTION "refuseTrailChange"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The audit trail is append-only: % is refused.', TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER "Trail_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "Trail"
FOR EACH STATEMENT EXECUTE FUNCTION "refuseTrailChange"();
ALTER TABLE "Trail" ENABLE ALWAYS TRIGGER "Trail_append_only";

CREATE TRIGGER "Trail_in_a_chain" BEFORE INSERT ON "Trail"
FOR EACH ROW WHEN (NEW."chainId" IS NULL OR NEW."position" IS NULL) EXECUTE FUNCTION "refuseTrailChange"();
ALTER TABLE "Trail" ENABLE ALWAYS TRIGGER "Trail_in_a_chain";

CREATE TRIGGER "TrailPublishedHeads_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "TrailPublishedHeads"
FOR EACH STATEMENT EXECUTE FUNCTION "refuseTrailChange"();
ALTER TABLE "TrailPublishedHeads" ENABLE ALWAYS TRIGGER "TrailPublishedHeads_append_only";
