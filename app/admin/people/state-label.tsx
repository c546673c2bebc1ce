import { Icon } from "@/app/_ui/icons";
import type { PersonState } from "@/lib/accounts/people";
import { PERSON_STATE_STYLES } from "./person-words";

export function StateLabel({ state }: { state: PersonState }) {
  const { label, icon, color } = PERSON_STATE_STYLES[state];
  return (
    <span className={`inline-flex items-baseline gap-1.5 ${color}`}>
      <Icon name={icon} className="size-4 self-center" strokeWidth="2" />
      {label}
    </span>
  );
}
