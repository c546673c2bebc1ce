import { isAskedOfEveryone } from "@/lib/fields/asked";
import type { DocumentSlot } from "@/lib/files/own-documents";
import type { OpenRequest } from "@/lib/requests/list-requests";
import { isUndecided } from "@/lib/review/outcomes";

export type SlotGroup = "asked" | "in place" | "optional";

/** A document type on the member's page, with the request of an admin. */
export type AskedSlot = DocumentSlot & { request?: OpenRequest };

/**
 * Says where a document type stands on the page. "asked": we wait for something, from the member or
 * for them from a reviewer. "optional": we have not asked, and nothing is in place.
 */
export function groupOf(slot: AskedSlot): SlotGroup {
  const { field, current, pending, request } = slot;
  if (request || pending.some(({ status }) => !isUndecided(status))) return "asked";
  if (current.length > 0) return "in place";
  return isAskedOfEveryone(field) ? "asked" : "optional";
}

/** Finds the group of each type, and puts those with the nearest due date first. */
export function placeSlots(
  slots: readonly DocumentSlot[],
  requests: ReadonlyMap<string, OpenRequest>,
): (AskedSlot & { group: SlotGroup })[] {
  const placed = slots.map((slot) => {
    const request = requests.get(slot.field.name);
    const asked: AskedSlot = request ? { ...slot, request } : slot;
    return { ...asked, group: groupOf(asked) };
  });
  // ISO 8601 sorts as text. A type without a date comes last; the order stays otherwise.
  const dueOf = ({ request }: AskedSlot) => request?.dueAt ?? "~";
  return placed.sort((one, other) => (dueOf(one) < dueOf(other) ? -1 : dueOf(one) > dueOf(other) ? 1 : 0));
}
