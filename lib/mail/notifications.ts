import { z } from "zod";
import type { AppContext } from "../app-context";
import type { Viewer } from "../permissions/viewer";

/** Mails that a person can switch off. Those about security always go out. */
export const notificationsSchema = z.strictObject({ news: z.boolean() });

export type Notifications = z.infer<typeof notificationsSchema>;

export async function findNotifications(
  { db }: Pick<AppContext, "db">,
  viewer: Viewer,
): Promise<Notifications> {
  const { mailOff } = await db.user.findUniqueOrThrow({
    where: { id: viewer.id },
    select: { mailOff: true },
  });
  return { news: !mailOff };
}

export async function changeNotifications(
  { db }: Pick<AppContext, "db">,
  viewer: Viewer,
  { news }: Notifications,
): Promise<Notifications> {
  await db.user.update({ where: { id: viewer.id }, data: { mailOff: !news } });
  return { news };
}
