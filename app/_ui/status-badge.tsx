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
 * The status of a file as a stamp: a word, a sign, a frame and an ink of its own. `detail` goes on in plain type, such as
 * "until 22 Nov 2029". `for` chooses the words: the owner's ("Please send again") or the desk's ("Changes requested").
 */
export function StatusBadge({
  status,
  detail,
  audience: reader = "owner",
}: {
  status: FileStatus;
  detail?: string;
  audience?: "owner" | "reviewer";
}) {
  const look = STATUS_STYLES[status];
  return (
    <span
      className={`m-0.75 inline-flex w-fit max-w-full items-center gap-1.5 rounded-sm bg-sheet px-2 py-0.5 text-sm font-bold outline-1 outline-offset-2 outline-current/35 ${BORDER_CLASSES[look.color]}`}
    >
      <Icon name={look.icon} className="size-4" strokeWidth="2" />
      <span>
        {(reader === "reviewer" && look.reviewerLabel) || look.label}
        {detail ? <span className="font-normal tabular"> {detail}</span> : null}
      </span>
    </span>
  );
}
