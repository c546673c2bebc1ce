-- An approval until a day now counts through that day. Earlier ones ended at its first instant.
UPDATE "File"
SET "validUntil" = "validUntil" + interval '1 day' - interval '1 millisecond'
WHERE ("validUntil" AT TIME ZONE 'UTC')::time = '00:00';
