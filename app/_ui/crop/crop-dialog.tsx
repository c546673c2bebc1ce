"use client";

import { useState } from "react";
import type { Crop } from "@/lib/inspect/crop";
import { Button } from "../button";
import { Dialog } from "../dialog";
import { Notice } from "../notice";
import { CropControls } from "./crop-controls";
import {
  type CropView,
  clampView,
  cropOf,
  describeView,
  type Size,
  viewOf,
  WHOLE_PICTURE,
} from "./crop-view";
import { CropViewport } from "./crop-viewport";
import { useDebouncedValue } from "./use-debounced-value";

/** Lets the member choose the visible part of a picture. `onConfirm` receives the crop. */
export function CropDialog({
  src,
  initialCrop,
  confirmLabel = "Use this part",
  pending = false,
  errorMessage,
  onConfirm,
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
  const [hasFailed, setHasFailed] = useState(false);
  const description = useDebouncedValue(describeView(view));

  return (
    <Dialog
      open
      onClose={onClose}
      title="Choose the visible part"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            pending={pending}
            pendingLabel="One moment…"
            disabled={size === null}
            onClick={() => size && onConfirm(cropOf(size, view))}
          >
            {confirmLabel}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {errorMessage ? (
          <Notice tone="danger" title="Your change was not saved" live>
            {errorMessage}
          </Notice>
        ) : null}
        {hasFailed ? (
          <Notice tone="danger" title="This picture cannot be displayed" live>
            It may be damaged, or this browser does not support its format. Choose another picture.
          </Notice>
        ) : (
          <>
            <CropViewport
              src={src}
              size={size}
              view={view}
              onViewChange={setView}
              onSizeLoaded={(loadedSize) => {
                setSize(loadedSize);
                setView(clampView(loadedSize, viewOf(loadedSize, initialCrop)));
              }}
              onError={() => setHasFailed(true)}
            />
            {size ? <CropControls size={size} view={view} onViewChange={setView} /> : null}
            <p role="status" className="text-sm text-muted tabular">
              {size ? description : "Loading the picture."}
            </p>
          </>
        )}
      </div>
    </Dialog>
  );
}
