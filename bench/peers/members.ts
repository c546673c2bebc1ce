import { createHmac, randomBytes } from "node:crypto";
import { sessionCookieName } from "../../lib/accounts/session";
import { createDb, type Db } from "../../lib/db/client";
import { newId } from "../../lib/id";

/** Creates signed-in members in an empty database. Returns their cookies. */
export async function createMembers(
  count: number,
  { databaseUrl, appUrl, secret }: { databaseUrl: string; appUrl: string; secret: string },
): Promise<string[]> {
  const db = createDb(databaseUrl, { connections: 2 });
  try {
    return await Promise.all(
      Array.from({ length: count }, (_, number) => createMember(db, number, { appUrl, secret })),
    );
  } finally {
    await db.$disconnect();
  }
}

/** Signs an existing person in. Returns the cookie. */
export async function createSession(
  userId: string,
  { databaseUrl, appUrl, secret }: { databaseUrl: string; appUrl: string; secret: string },
): Promise<string> {
  const db = createDb(databaseUrl, { connections: 1 });
  try {
    const token = randomBytes(24).toString("base64url");
    const expiresAt = new Date(Date.now() + 3_600_000);
    await db.session.create({ data: { id: newId(), userId, token, expiresAt } });
    return signedCookie(token, { appUrl, secret });
  } finally {
    await db.$disconnect();
  }
}

async function createMember(
  db: Db,
  number: number,
  { appUrl, secret }: { appUrl: string; secret: string },
): Promise<string> {
  const token = randomBytes(24).toString("base64url");
  await db.user.create({
    data: {
      id: newId(),
      name: `Member ${number}`,
      email: `member-${number}@example.org`,
      handle: `member-${number}`,
      sessions: { create: { id: newId(), token, expiresAt: new Date(Date.now() + 3_600_000) } },
    },
  });
  return signedCookie(token, { appUrl, secret });
}

function signedCookie(token: string, { appUrl, secret }: { appUrl: string; secret: string }): string {
  const signature = createHmac("sha256", secret).update(token).digest("base64");
  return `${sessionCookieName(appUrl)}=${encodeURIComponent(`${token}.${signature}`)}`;
}
