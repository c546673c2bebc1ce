import type { IconName } from "@/app/_ui/icons";
import { fields } from "@/lib/fields/fields";
import type { RequestState } from "@/lib/requests/request";

/** How each state looks and reads. */
export const REQUEST_LOOKS = {
  overdue: { label: "Overdue", icon: "alert", color: "text-refused" },
  open: { label: "Open", icon: "clock", color: "text-submitted" },
  fulfilled: { label: "Fulfilled", icon: "check", color: "text-approved" },
  cancelled: { label: "Cancelled", icon: "minus", color: "text-muted" },
} as const satisfies Record<RequestState, { label: string; icon: IconName; color: string }>;

/** Names a document type, also one that the code no longer declares. */
export function fieldLabel(name: string): string {
  return fields.get(name)?.label ?? `${name} (no longer in use)`;
}
