"use client";

import { useState } from "react";
import type { Crop } from "@/lib/inspect/crop";
import { Button } from "../button";
import { Dialog } from "../dialog";
import { Notice } from "../notice";
import { CropControls } from "./crop-controls";
import { cropOf, type Size, type View, viewInWords, viewOf, WHOLE, within } from "./crop-view";
import { CropWindow } from "./crop-window";
import { useSettled } from "./use-settled";

/** Chooses the part of a picture that is shown. `initial` is an earlier choice; `onUse` gets the new one. */
export function CropDialog({
  src,
  initial,
  use = "Use this part",
  pending = false,
  trouble,
  onUse,
  onClose,
}: {
  src: string;
  initial?: Crop;
  use?: string;
  pending?: boolean;
  trouble?: string | null;
  onUse: (crop: Crop) => void;
  onClose: () => void;
}) {
  const [size, setSize] = useState<Size | null>(null);
  const [view, setView] = useState<View>(WHOLE);
  const [broken, setBroken] = useState(false);
  const told = useSettled(viewInWords(view));

  return (
    <Dialog
      open
      onClose={onClose}
      title="Choose the part that is shown"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            pending={pending}
            pendingLabel="One moment…"
            disabled={size === null}
            onClick={() => size && onUse(cropOf(size, view))}
          >
            {use}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {trouble ? (
          <Notice tone="danger" title="That did not go through" live>
            {trouble}
          </Notice>
        ) : null}
        {broken ? (
          <Notice tone="danger" title="This picture cannot be shown" live>
            It may be damaged or of a kind that this browser does not know. Please choose another.
          </Notice>
        ) : (
          <>
            <CropWindow
              src={src}
              size={size}
              view={view}
              onView={setView}
              onSize={(known) => {
                setSize(known);
                setView(within(known, viewOf(known, initial)));
              }}
              onBroken={() => setBroken(true)}
            />
            {size ? <CropControls size={size} view={view} onView={setView} /> : null}
            <p role="status" className="text-sm text-muted tabular">
              {size ? told : "The picture is being opened."}
            </p>
          </>
        )}
      </div>
    </Dialog>
  );
}
