import { formatMonth } from "@/app/_ui/format";
import { Icon } from "@/app/_ui/icons";
import type { Badge } from "@/lib/accounts/badges";

/** Lists approvals in short: "DBS certificate checked, valid until Mar 2029". */
export function BadgeList({ badges, timeZone }: { badges: readonly Badge[]; timeZone: string }) {
  return (
    <ul className="grid gap-1">
      {badges.map(({ field, label, validUntil }) => (
        <li key={field} className="flex items-start justify-center gap-2">
          <Icon name="check" className="mt-0.5 size-5 text-approved" strokeWidth="2" />
          <span>
            {label}
            {validUntil ? (
              <span className="text-muted">, valid until {formatMonth(validUntil, timeZone)}</span>
            ) : null}
          </span>
        </li>
      ))}
    </ul>
  );
}
