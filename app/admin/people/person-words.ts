import type { IconName } from "@/app/_ui/icons";
import type { PersonState } from "@/lib/accounts/people";
import type { Role } from "@/lib/db/generated/enums";
import { fields } from "@/lib/fields/fields";

export const ROLE_LABELS: Record<Role, string> = { member: "Member", reviewer: "Reviewer", admin: "Admin" };

/** How each state looks and reads. */
export const PERSON_STATE_STYLES: Record<PersonState, { label: string; icon: IconName; color: string }> = {
  active: { label: "Active", icon: "check", color: "text-approved" },
  invited: { label: "Invited", icon: "clock", color: "text-muted" },
  suspended: { label: "Suspended", icon: "lock", color: "text-refused" },
  left: { label: "Left", icon: "minus", color: "text-muted" },
};

/** Returns the label of a field, or its name if it is no longer declared. */
export function fieldLabel(name: string): string {
  return fields.get(name)?.label ?? name;
}
