import type { AccessView } from "@/lib/audit/access-log";

export type GroupedAccess = {
  name: string;
  intent: AccessView["intent"];
  count: number;
  lastAt: string;
};

/** Groups accesses, latest first, by person and intent. Keeps the order of the latest access. */
export function groupAccesses(items: readonly AccessView[]): GroupedAccess[] {
  const groups = new Map<string, GroupedAccess>();
  for (const { at, intent, by } of items) {
    const key = JSON.stringify([by.name, by.role, intent]);
    const group = groups.get(key) ?? { name: by.name, intent, count: 0, lastAt: at };
    groups.set(key, { ...group, count: group.count + 1 });
  }
  return [...groups.values()];
}
