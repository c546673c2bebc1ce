import type { AppContext } from "../app-context";
import type { Tx } from "../db/client";
import { appendToTrail } from "./trail";

/** The event after which personal data of its subject may be missing. */
export const PERSON_ERASED = "person.erased";

/**
 * Erases the personal data of these people from the audit trail: deletes their keys, and with them
 * the encrypted texts, and appends `person.erased` for each. The chains still verify. It appends to
 * the trail, so call it last in a transaction and only once.
 */
export async function erasePeopleFromTrail(
  tx: Tx,
  context: Pick<AppContext, "clock" | "trailKey">,
  personIds: readonly string[],
): Promise<void> {
  const ids = [...personIds];
  // The lock waits for entries under way with these keys. Their texts are then deleted as well.
  await tx.$queryRaw`
    SELECT FROM "PersonKey" WHERE "personId" = ANY(${ids}::uuid[]) ORDER BY "personId" FOR UPDATE`;
  await tx.personKey.deleteMany({ where: { personId: { in: ids } } });
  await appendToTrail(
    tx,
    context,
    ids.map((subjectId) => ({ event: PERSON_ERASED, subjectId, detail: {} })),
  );
}
