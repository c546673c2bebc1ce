"use client";

import { useEffect, useRef } from "react";
import { announce } from "@/app/_ui/announce";
import { Button } from "@/app/_ui/button";
import { Bar } from "./bars";
import { isSaidAloud } from "./countdown";
import type { Undoable } from "./desk";
import { focusHeading } from "./focus-heading";
import { KeyHint } from "./key-hint";
import type { Trouble } from "./trouble";
import { browserClock, useSecondsLeft } from "./use-seconds-left";

/** The last decision, as long as it can be taken back. */
export function UndoBar({
  undoable,
  seconds,
  pending,
  trouble,
  onUndo,
  onOver,
  onDismiss,
}: {
  undoable: Undoable | null;
  /** How long the undo time is in all. */
  seconds: number;
  pending: boolean;
  trouble: Trouble | null;
  onUndo: () => void;
  onOver: () => void;
  onDismiss: () => void;
}) {
  const left = useSecondsLeft(undoable?.until ?? null, browserClock);
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (left === null || pending) return;
    if (isSaidAloud(left, seconds)) announce(`${left} seconds left to undo.`);
    if (left > 0) return;
    if (bar.current?.contains(document.activeElement)) focusHeading();
    announce("The decision stands.");
    onOver();
  }, [left, seconds, pending, onOver]);
  return (
    <>
      {trouble ? (
        <Bar icon="alert" action={<Button onClick={onDismiss}>Dismiss</Button>}>
          <b>{trouble.title}.</b> {trouble.text}
        </Bar>
      ) : null}
      {undoable ? (
        <div ref={bar} className="contents">
          <Bar
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
            {undoable.words}
          </Bar>
        </div>
      ) : null}
    </>
  );
}
