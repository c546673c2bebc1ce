import { formatDateAndRelative } from "@/app/_ui/format";
import { Notice } from "@/app/_ui/notice";
import type { OpenRequest } from "@/lib/requests/list-requests";
import { isUndecided } from "@/lib/review/outcomes";
import type { AskedSlot } from "./group-slots";

/** Shows the member what an admin asks for, until when, and the admin's message. */
export function RequestNotice({
  slot,
  request,
  now,
  timeZone,
}: {
  slot: AskedSlot;
  request: OpenRequest;
  now: Date;
  timeZone: string;
}) {
  const due = request.dueAt ? formatDateAndRelative(request.dueAt, now, timeZone) : null;
  const isWaiting = slot.pending.some(({ status }) => isUndecided(status));
  return (
    <Notice
      tone={request.isOverdue && !isWaiting ? "warning" : "info"}
      title={titleOf({ due, isOverdue: request.isOverdue, isWaiting, hasOne: slot.current.length > 0 })}
    >
      {request.message ? (
        <p dir="auto" className="whitespace-pre-line">
          {request.message}
        </p>
      ) : null}
    </Notice>
  );
}

type Situation = {
  /** "3 Mar 2026, in 2 days" */
  due: string | null;
  isOverdue: boolean;
  isWaiting: boolean;
  /** The member has sent one before. */
  hasOne: boolean;
};

/** Says what the member has to do. */
export function titleOf({ due, isOverdue, isWaiting, hasOne }: Situation): string {
  if (isWaiting) return "We asked you for this. What you sent waits for review.";
  const what = hasOne ? "a new one" : "this";
  if (isOverdue) return `Overdue: we asked you for ${what} by ${due}`;
  return due ? `Please send ${what} by ${due}` : `Please send ${what}`;
}
