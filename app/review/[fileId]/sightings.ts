import type { AccessView } from "@/lib/register/access";

export type Sighting = { name: string; what: AccessView["intent"]; times: number; last: string };

/** The register's entries, latest first, gathered by person and by what they did; in the order of their latest. */
export function sightings(items: readonly AccessView[]): Sighting[] {
  const gathered = new Map<string, Sighting>();
  for (const { at, intent, by } of items) {
    const key = JSON.stringify([by.name, by.role, intent]);
    const known = gathered.get(key);
    gathered.set(
      key,
      known ? { ...known, times: known.times + 1 } : { name: by.name, what: intent, times: 1, last: at },
    );
  }
  return [...gathered.values()];
}
