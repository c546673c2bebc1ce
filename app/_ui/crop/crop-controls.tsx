"use client";

import { Button } from "../button";
import { Icon, type IconName } from "../icons";
import {
  type CropView,
  clampView,
  maxZoomOf,
  moveView,
  type Size,
  WHOLE_PICTURE,
  zoomView,
} from "./crop-view";

/** One press moves the window by this fraction of its width or height. */
export const MOVE_STEP = 0.1;
const ZOOM_STEP = 1.25;

const MOVES: readonly {
  label: string;
  icon: IconName;
  rotation: string;
  step: { right?: number; down?: number };
}[] = [
  { label: "Move left", icon: "left", rotation: "", step: { right: -MOVE_STEP } },
  { label: "Move right", icon: "right", rotation: "", step: { right: MOVE_STEP } },
  { label: "Move up", icon: "down", rotation: "rotate-180", step: { down: -MOVE_STEP } },
  { label: "Move down", icon: "down", rotation: "", step: { down: MOVE_STEP } },
];

/** Buttons that do the same as dragging and pinching. */
export function CropControls({
  size,
  view,
  onViewChange,
}: {
  size: Size;
  view: CropView;
  onViewChange: (view: CropView) => void;
}) {
  const maxZoom = maxZoomOf(size);
  const setZoom = (zoom: number) => onViewChange(zoomView(size, view, zoom));
  return (
    <div className="grid gap-2">
      <div className="flex items-center gap-2">
        <Button size="icon" aria-label="Zoom out" onClick={() => setZoom(view.zoom / ZOOM_STEP)}>
          <Icon name="minus" />
        </Button>
        <input
          type="range"
          aria-label="Zoom"
          aria-valuetext={`${Math.round(view.zoom * 100)} %`}
          min={1}
          max={maxZoom}
          step={0.05}
          value={view.zoom}
          disabled={maxZoom === 1}
          onChange={({ currentTarget }) => setZoom(Number(currentTarget.value))}
          className="h-11 min-w-0 flex-1"
        />
        <Button size="icon" aria-label="Zoom in" onClick={() => setZoom(view.zoom * ZOOM_STEP)}>
          <Icon name="plus" />
        </Button>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {MOVES.map(({ label, icon, rotation, step }) => (
          <Button
            key={label}
            size="icon"
            aria-label={label}
            onClick={() => onViewChange(moveView(size, view, step))}
          >
            <Icon name={icon} className={`size-5 ${rotation}`} />
          </Button>
        ))}
        <Button variant="plain" onClick={() => onViewChange(clampView(size, WHOLE_PICTURE))}>
          Use whole picture
        </Button>
      </div>
    </div>
  );
}
