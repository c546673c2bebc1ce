import type { AppContext } from "../app-context";
import type { FileStatus } from "../db/generated/enums";
import { fields } from "../fields/fields";
import { getPerson, type Person } from "./people";

/** What an admin sees of a person beside the `Person`: no document, and no name of a file. */
export type PersonDetails = {
  person: Person;
  emailVerified: boolean;
  /** The handle of the public page, if every visitor may read it. */
  publicHandle: string | null;
  suspendedAt: string | null;
  leftAt: string | null;
  letGo: boolean;
  erasureDueAt: string | null;
  sessions: number;
  documents: { field: string; status: FileStatus | "destroyed"; count: number }[];
  /** Those in force, on the person or on one of the person's files. */
  holds: { id: string; reason: string; isOnFile: boolean; createdAt: string }[];
};

const MAX_HOLDS = 20;

/** Finds a person for the page of an admin. Errors: not_found. */
export async function getPersonDetails(
  context: Pick<AppContext, "db" | "clock">,
  id: string,
): Promise<PersonDetails> {
  const { db, clock } = context;
  const person = await getPerson(context, id);
  const documentFields = [...fields.values()].flatMap(({ name, storage }) =>
    storage === "private" ? [name] : [],
  );
  const [user, sessions, documents, holds] = await Promise.all([
    db.user.findUniqueOrThrow({
      where: { id },
      select: {
        handle: true,
        visibility: true,
        emailVerified: true,
        suspendedAt: true,
        leftAt: true,
        letGo: true,
        erasureDueAt: true,
      },
    }),
    db.session.count({ where: { userId: id, expiresAt: { gt: clock.now() } } }),
    db.$queryRaw<PersonDetails["documents"]>`
      SELECT field, CASE WHEN "purgedAt" IS NOT NULL AND status <> 'withdrawn' THEN 'destroyed'
          WHEN status = 'approved' AND "validUntil" <= ${clock.now()} THEN 'expired' ELSE status::text END AS status,
        count(*)::int AS count
      FROM "File" WHERE "ownerId" = ${id}::uuid AND field = ANY(${documentFields}) GROUP BY 1, 2 ORDER BY 1, 2`,
    db.hold.findMany({
      where: { releasedAt: null, OR: [{ memberId: id }, { file: { ownerId: id } }] },
      orderBy: { id: "desc" },
      take: MAX_HOLDS,
      select: { id: true, reason: true, fileId: true, createdAt: true },
    }),
  ]);
  return {
    person,
    emailVerified: user.emailVerified,
    publicHandle: user.visibility === "public" && person.state === "active" ? user.handle : null,
    suspendedAt: user.suspendedAt?.toISOString() ?? null,
    leftAt: user.leftAt?.toISOString() ?? null,
    letGo: user.letGo,
    erasureDueAt: user.erasureDueAt?.toISOString() ?? null,
    sessions,
    documents,
    holds: holds.map((hold) => ({
      id: hold.id,
      reason: hold.reason,
      isOnFile: hold.fileId !== null,
      createdAt: hold.createdAt.toISOString(),
    })),
  };
}
