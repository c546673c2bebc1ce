"use client";

import { useEffect, useRef } from "react";
import { announce } from "@/app/_ui/announce";
import { Button } from "@/app/_ui/button";
import { Toast } from "./toasts";
import { shouldAnnounce } from "./countdown";
import type { UndoableDecision } from "./review-workspace";
import { focusHeading } from "./focus-heading";
import { KeyHint } from "./key-hint";
import type { UserError } from "./user-error";
import { getBrowserTime, useSecondsLeft } from "./use-seconds-left";

/** The last decision, as long as it can be taken back. */
export function UndoToast({
  undoable,
  totalSeconds: seconds,
  pending,
  error: trouble,
  onUndo,
  onExpired: onOver,
  onDismiss,
}: {
  undoable: UndoableDecision | null;
  /** How long the undo time is in all. */
  totalSeconds: number;
  pending: boolean;
  error: UserError | null;
  onUndo: () => void;
  onExpired: () => void;
  onDismiss: () => void;
}) {
  const left = useSecondsLeft(undoable?.until ?? null, getBrowserTime);
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (left === null || pending) return;
    if (shouldAnnounce(left, seconds)) announce(`${left} seconds left to undo.`);
    if (left > 0) return;
    if (bar.current?.contains(document.activeElement)) focusHeading();
    announce("The decision stands.");
    onOver();
  }, [left, seconds, pending, onOver]);
  return (
    <>
      {trouble ? (
        <Toast icon="alert" action={<Button onClick={onDismiss}>Dismiss</Button>}>
          <b>{trouble.title}.</b> {trouble.text}
        </Toast>
      ) : null}
      {undoable ? (
        <div ref={bar} className="contents">
          <Toast
            icon="check"
            action={
              <Button onClick={onUndo} pending={pending} pendingLabel="Undoing" aria-keyshortcuts="u">
                Undo
                <span className="sr-only">the decision</span>
                <span aria-hidden="true" className="tabular font-normal">
                  {left ?? seconds} s
                </span>
                <KeyHint action="undo" />
              </Button>
            }
          >
            {undoable.message}
          </Toast>
        </div>
      ) : null}
    </>
  );
}
