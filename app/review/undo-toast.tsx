"use client";

import { useEffect, useRef } from "react";
import { announce } from "@/app/_ui/announce";
import { Button } from "@/app/_ui/button";
import type { Draft } from "./[fileId]/draft";
import { shouldAnnounce } from "./countdown";
import { focusHeading } from "./focus-heading";
import { KeyHint } from "./key-hint";
import { Toast } from "./toasts";
import { getBrowserTime, useSecondsLeft } from "./use-seconds-left";
import type { UserError } from "./user-error";

/** A decision that can be undone. `until` is in milliseconds by the clock of this browser. */
export type UndoableDecision = { fileId: string; message: string; draft: Draft; until: number };

/** Offers to undo the last decision until the undo time ends. */
export function UndoToast({
  undoable,
  totalSeconds,
  pending,
  error,
  onUndo,
  onExpired,
  onDismiss,
}: {
  undoable: UndoableDecision | null;
  /** Length of the undo time. */
  totalSeconds: number;
  pending: boolean;
  error: UserError | null;
  onUndo: () => void;
  onExpired: () => void;
  onDismiss: () => void;
}) {
  const secondsLeft = useSecondsLeft(undoable?.until ?? null, getBrowserTime);
  const toast = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (secondsLeft === null || pending) return;
    if (shouldAnnounce(secondsLeft, totalSeconds)) announce(`${secondsLeft} seconds left to undo.`);
    if (secondsLeft > 0) return;
    if (toast.current?.contains(document.activeElement)) focusHeading();
    announce("The decision is final.");
    onExpired();
  }, [secondsLeft, totalSeconds, pending, onExpired]);
  return (
    <>
      {error ? (
        <Toast icon="alert" action={<Button onClick={onDismiss}>Dismiss</Button>}>
          <b>{error.title}.</b> {error.text}
        </Toast>
      ) : null}
      {undoable ? (
        <div ref={toast} className="contents">
          <Toast
            icon="check"
            action={
              <Button onClick={onUndo} pending={pending} pendingLabel="Undoing" aria-keyshortcuts="u">
                Undo
                <span className="sr-only">the decision</span>
                <span aria-hidden="true" className="tabular font-normal">
                  {secondsLeft ?? totalSeconds} s
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
