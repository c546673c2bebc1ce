"use client";

import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import type { Replacement } from "./replacement";

/** Asks before a new file replaces another one. Nothing is sent until the member confirms. */
export function ReplaceDialog({
  question: { replacedName, effects },
  fileName,
  onClose,
  onConfirm,
}: {
  question: NonNullable<Replacement["question"]>;
  /** The new file. */
  fileName: string;
  onClose: () => void;
  onConfirm: () => void;
}) {
  return (
    <Dialog
      open
      onClose={onClose}
      title="Replace your document?"
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button variant="primary" onClick={onConfirm}>
            Upload and replace
          </Button>
        </>
      }
    >
      <div className="grid gap-3 wrap-anywhere">
        <p>
          You chose{" "}
          <strong>
            <bdi>{fileName}</bdi>
          </strong>
          . It replaces{" "}
          <strong>
            <bdi>{replacedName}</bdi>
          </strong>
          .
        </p>
        <ul className="grid list-disc gap-1 pl-5">
          {effects.map((effect) => (
            <li key={effect}>{effect}</li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
