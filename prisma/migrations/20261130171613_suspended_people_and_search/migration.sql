-- AlterTable
ALTER TABLE "User" ADD COLUMN     "letGo" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "suspendedAt" TIMESTAMPTZ(3),
ADD COLUMN     "workName" TEXT;

-- CreateTable
CREATE TABLE "PersonTerm" (
    "userId" UUID NOT NULL,
    -- Byte order, so that the index finds beginnings in every locale.
    "term" TEXT COLLATE "C" NOT NULL,
    "hasLeft" BOOLEAN NOT NULL,

    CONSTRAINT "PersonTerm_pkey" PRIMARY KEY ("userId","term")
);

-- CreateIndex
CREATE INDEX "PersonTerm_term_userId_idx" ON "PersonTerm"("term", "userId");

-- CreateIndex
CREATE INDEX "PersonTerm_hasLeft_term_userId_idx" ON "PersonTerm"("hasLeft", "term", "userId");

-- CreateIndex
CREATE INDEX "User_role_id_idx" ON "User"("role", "id");

-- CreateIndex
CREATE INDEX "User_suspended_idx" ON "User"("id") WHERE ("suspendedAt" IS NOT NULL);

-- CreateIndex
CREATE INDEX "User_left_idx" ON "User"("id") WHERE ("leftAt" IS NOT NULL);

-- CreateIndex
CREATE INDEX "User_active_idx" ON "User"("id") WHERE ("leftAt" IS NULL AND "suspendedAt" IS NULL);

-- CreateIndex
CREATE INDEX "Grant_field_userId_idx" ON "Grant"("field", "userId");

-- CreateIndex
CREATE INDEX "Access_at_id_idx" ON "Access"("at", "id");

-- AddForeignKey
ALTER TABLE "PersonTerm" ADD CONSTRAINT "PersonTerm_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Writes a text as the search compares it: lower case, no accents, one space between words.
CREATE FUNCTION "foldText"(value TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT btrim(regexp_replace(
    regexp_replace(lower(normalize(value, NFKD)), '[\u0300-\u036f]', '', 'g'), '[-\s]+', ' ', 'g'))
$$;

-- The texts that find a person: the name from each of its first eight words on, the address, its
-- domain, the handle with and without @. PL/pgSQL keeps its plan: a function in SQL is planned anew
-- for each person, which takes milliseconds.
CREATE FUNCTION "termsOfPerson"(name TEXT, email TEXT, handle TEXT) RETURNS SETOF TEXT LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  words TEXT[] := string_to_array("foldText"(name), ' ');
  address TEXT := "foldText"(email);
  page TEXT := "foldText"(handle);
BEGIN
  RETURN QUERY SELECT DISTINCT left(term, 200) FROM (
    SELECT array_to_string(words[first:], ' ') AS term FROM generate_series(1, least(cardinality(words), 8)) AS first
    UNION ALL VALUES (address), (substring(address FROM '@.*')), (page), ('@' || page)
  ) AS terms WHERE term <> '';
END $$;

CREATE FUNCTION "writeTermsOfPerson"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    DELETE FROM "PersonTerm" WHERE "userId" = NEW.id;
  END IF;
  -- An erased person has none.
  IF NEW."erasureStartedAt" IS NULL THEN
    INSERT INTO "PersonTerm" ("userId", term, "hasLeft")
    SELECT NEW.id, term, NEW."leftAt" IS NOT NULL FROM "termsOfPerson"(NEW.name, NEW.email, NEW.handle) AS term;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "User_terms_insert" AFTER INSERT ON "User"
  FOR EACH ROW EXECUTE FUNCTION "writeTermsOfPerson"();
CREATE TRIGGER "User_terms_update" AFTER UPDATE OF name, email, handle, "leftAt", "erasureStartedAt" ON "User"
  FOR EACH ROW WHEN ((OLD.name, OLD.email, OLD.handle, OLD."leftAt", OLD."erasureStartedAt")
    IS DISTINCT FROM (NEW.name, NEW.email, NEW.handle, NEW."leftAt", NEW."erasureStartedAt"))
  EXECUTE FUNCTION "writeTermsOfPerson"();

INSERT INTO "PersonTerm" ("userId", term, "hasLeft")
SELECT id, term, "leftAt" IS NOT NULL FROM "User", "termsOfPerson"(name, email, handle) AS term
WHERE "erasureStartedAt" IS NULL;
