"use client";

import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Icon } from "@/app/_ui/icons";
import { VisuallyHidden } from "@/app/_ui/visually-hidden";
import { canUndo } from "./autosave";
import { sentenceOf } from "./profile-entries";
import type { Autosave } from "./use-autosave";

/** Says what is saved, and undoes the last change. `subject` is what the undo is about. */
export function SaveStatus({
  autosave: { state, dispatch, errors, isUnsaved },
  subject,
}: {
  autosave: Autosave;
  subject: string;
}) {
  const { sending, failure, outcome } = state;
  const isUndoable = canUndo(state);
  // Once shown, the button stays: a press of the last undo must not take the focus away.
  const [isShown, setIsShown] = useState(false);
  if (isUndoable && !isShown) setIsShown(true);
  const result = failure
    ? failure.detail
    : errors.length > 0
      ? `Not saved: ${errors.map(sentenceOf).join(" ")}`
      : isUnsaved || !outcome
        ? ""
        : outcome === "saved"
          ? "Saved just now"
          : "Undone just now";
  return (
    <div className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-1">
      <div className="min-w-0 flex-1 basis-48 text-muted">
        <p role="status" className={failure || errors.length > 0 ? "text-refused" : undefined}>
          {result}
        </p>
        {/* Not announced: a screen reader would say it at every pause. */}
        {result === "" && isUnsaved ? <p>{sending ? "Saving…" : "Not saved yet"}</p> : null}
      </div>
      <div className="flex flex-wrap gap-1">
        {failure && !sending ? (
          <Button variant="plain" onClick={() => dispatch({ type: "due", by: "person" })}>
            Try again
          </Button>
        ) : null}
        {isShown ? (
          <Button
            variant="plain"
            aria-disabled={isUndoable ? undefined : true}
            onClick={() => dispatch({ type: "undo" })}
          >
            <Icon name="again" />
            Undo
            <VisuallyHidden> the last change of {subject}</VisuallyHidden>
          </Button>
        ) : null}
      </div>
    </div>
  );
}
