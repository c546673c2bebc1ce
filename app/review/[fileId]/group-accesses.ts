import type { AccessView } from "@/lib/audit/access-log";

export type GroupedAccess = { name: string; intent: AccessView["intent"]; count: number; lastAt: string };

/** The register's entries, latest first, gathered by person and by what they did; in the order of their latest. */
export function groupAccesses(items: readonly AccessView[]): GroupedAccess[] {
  const gathered = new Map<string, GroupedAccess>();
  for (const { at, intent, by } of items) {
    const key = JSON.stringify([by.name, by.role, intent]);
    const known = gathered.get(key);
    gathered.set(
      key,
      known ? { ...known, count: known.count + 1 } : { name: by.name, intent: intent, count: 1, lastAt: at },
    );
  }
  return [...gathered.values()];
}
