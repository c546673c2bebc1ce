import { type FileStatus, STATUS_STYLES, type StatusColor } from "./file-status";
import { Icon } from "./icons";

const BORDER_CLASSES: Record<StatusColor, string> = {
  submitted: "border-2 border-dashed border-submitted text-submitted",
  approved: "border-2 border-approved text-approved",
  changes: "border-2 border-changes text-changes",
  refused: "border-4 border-double border-refused text-refused",
  expired: "border-2 border-dotted border-expired text-expired",
};

/**
 * Shows the status of a file as a stamp: a label, an icon, a border and a colour. `detail` follows
 * in plain type, such as "until 22 Nov 2029". `audience` chooses the label: "Please send again"
 * for the owner, "Changes requested" for the reviewer.
 */
export function StatusBadge({
  status,
  detail,
  audience = "owner",
}: {
  status: FileStatus;
  detail?: string;
  audience?: "owner" | "reviewer";
}) {
  const style = STATUS_STYLES[status];
  return (
    <span
      className={`m-0.75 inline-flex w-fit max-w-full items-center gap-1.5 rounded-sm bg-sheet px-2 py-0.5 text-sm font-bold outline-1 outline-offset-2 outline-current/35 ${BORDER_CLASSES[style.color]}`}
    >
      <Icon name={style.icon} className="size-4" strokeWidth="2" />
      <span>
        {(audience === "reviewer" && style.reviewerLabel) || style.label}
        {detail ? <span className="font-normal tabular"> {detail}</span> : null}
      </span>
    </span>
  );
}
