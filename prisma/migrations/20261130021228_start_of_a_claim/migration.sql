-- AlterTable
ALTER TABLE "File" ADD COLUMN     "claimedAt" TIMESTAMPTZ(3);

-- A claim lives for 15 minutes, unless CLAIM_TTL says otherwise. No running claim began later.
UPDATE "File" SET "claimedAt" = "claimUntil" - interval '15 minutes' WHERE "claimById" IS NOT NULL;
