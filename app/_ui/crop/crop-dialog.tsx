"use client";

import { useState } from "react";
import type { Crop } from "@/lib/inspect/crop";
import { Button } from "../button";
import { Dialog } from "../dialog";
import { Notice } from "../notice";
import { CropControls } from "./crop-controls";
import { cropOf, type Size, type CropView, describeView, viewOf, WHOLE_PICTURE, clampView } from "./crop-view";
import { CropViewport } from "./crop-viewport";
import { useDebouncedValue } from "./use-debounced-value";

/** Chooses the part of a picture that is shown. `initial` is an earlier choice; `onUse` gets the new one. */
export function CropDialog({
  src,
  initialCrop: initial,
  confirmLabel: use = "Use this part",
  pending = false,
  errorMessage: trouble,
  onConfirm: onUse,
  onClose,
}: {
  src: string;
  initialCrop?: Crop;
  confirmLabel?: string;
  pending?: boolean;
  errorMessage?: string | null;
  onConfirm: (crop: Crop) => void;
  onClose: () => void;
}) {
  const [size, setSize] = useState<Size | null>(null);
  const [view, setView] = useState<CropView>(WHOLE_PICTURE);
  const [broken, setBroken] = useState(false);
  const told = useDebouncedValue(describeView(view));

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
            <CropViewport
              src={src}
              size={size}
              view={view}
              onViewChange={setView}
              onSizeLoaded={(known) => {
                setSize(known);
                setView(clampView(known, viewOf(known, initial)));
              }}
              onError={() => setBroken(true)}
            />
            {size ? <CropControls size={size} view={view} onViewChange={setView} /> : null}
            <p role="status" className="text-sm text-muted tabular">
              {size ? told : "The picture is being opened."}
            </p>
          </>
        )}
      </div>
    </Dialog>
  );
}
