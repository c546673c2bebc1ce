-- AlterTable
ALTER TABLE "User" ADD COLUMN     "demo" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "Access" ADD COLUMN     "byName" TEXT,
ADD COLUMN     "byRole" "Role",
ADD COLUMN     "byShortId" TEXT;

-- CreateIndex
CREATE INDEX "Session_expiresAt_idx" ON "Session"("expiresAt");

-- Marks an earlier demo. Anybody can sign up at this domain, but only the seed makes its admin.
UPDATE "User" SET "demo" = true
WHERE email LIKE '%@demo.example'
  AND EXISTS (SELECT FROM "User" WHERE email = 'admin@demo.example' AND role = 'admin');

-- The names and roles of today are the best that earlier entries can have.
UPDATE "Access" AS a
SET "byName" = u.name, "byRole" = u.role, "byShortId" = right(u.id::text, 8)
FROM "User" AS u WHERE u.id = a."byId";
