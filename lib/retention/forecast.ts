import { z } from "zod";
import type { AppContext } from "../app-context";
import { Prisma } from "../db/generated/client";
import { addDuration, type Day, dayOf, endOfDay, startOfDay } from "../fields/calendar";
import { isHeld } from "./held-in-sql";

export const forecastSchema = z.strictObject({
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  field: z.string().max(63).optional(),
});

export type ForecastDay = {
  /** The last day. The first run of the job after it destroys the files. */
  date: Day;
  field: string;
  files: number;
};
export type Forecast = { days: ForecastDay[]; total: number };

/**
 * Counts the files that end on each day, by field, without those under a hold. `from` and `to` are
 * included; without `from` the files that are due already count too, and without `to` it is a year.
 * Changed dates, new files and holds change it.
 */
export async function forecastRetention(
  { db, clock, timeZone }: Pick<AppContext, "db" | "clock" | "timeZone">,
  { from, to, field }: z.infer<typeof forecastSchema> = {},
): Promise<Forecast> {
  const last = endOfDay(to ?? addDuration(dayOf(clock.now(), timeZone), "P1Y"), timeZone);
  const first = from === undefined ? new Date(0) : startOfDay(from, timeZone);
  const isInRange = Prisma.sql`"keepUntil" BETWEEN ${first} AND ${last}
    ${field === undefined ? Prisma.empty : Prisma.sql`AND field = ${field}`}`;
  // Few files are under a hold: without them the first statement reads only an index.
  const [all, held] = await Promise.all(
    [Prisma.empty, Prisma.sql`AND ${isHeld()}`].map(
      (condition) => db.$queryRaw<{ keepUntil: Date; field: string; files: number }[]>`
        SELECT "keepUntil", field, count(*)::int AS files FROM "File" WHERE ${isInRange} ${condition}
        GROUP BY "keepUntil", field`,
    ),
  );
  const counts = new Map<string, ForecastDay>();
  const add = (sign: 1 | -1) => (row: { keepUntil: Date; field: string; files: number }) => {
    const date = dayOf(row.keepUntil, timeZone);
    const key = `${date} ${row.field}`;
    const day = counts.get(key) ?? { date, field: row.field, files: 0 };
    day.files += sign * row.files;
    counts.set(key, day);
  };
  all?.forEach(add(1));
  held?.forEach(add(-1));
  const days = [...counts.entries()]
    .filter(([, { files }]) => files > 0)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, day]) => day);
  return { days, total: days.reduce((sum, { files }) => sum + files, 0) };
}
