"use client";

import { Button } from "../button";
import { Icon, type IconName } from "../icons";
import { maxZoomOf, moveView, type Size, type CropView, WHOLE_PICTURE, clampView, zoomView } from "./crop-view";

/** One press moves the window by this part of itself. */
export const MOVE_STEP = 0.1;
const ZOOM_STEP = 1.25;

const MOVES: readonly {
  label: string;
  icon: IconName;
  turn: string;
  by: { right?: number; down?: number };
}[] = [
  { label: "Move left", icon: "left", turn: "", by: { right: -MOVE_STEP } },
  { label: "Move right", icon: "right", turn: "", by: { right: MOVE_STEP } },
  { label: "Move up", icon: "down", turn: "rotate-180", by: { down: -MOVE_STEP } },
  { label: "Move down", icon: "down", turn: "", by: { down: MOVE_STEP } },
];

/** Everything that dragging and pinching do, by single presses. */
export function CropControls({
  size,
  view,
  onViewChange: onView,
}: {
  size: Size;
  view: CropView;
  onViewChange: (view: CropView) => void;
}) {
  const most = maxZoomOf(size);
  const zoom = (to: number) => onView(zoomView(size, view, to));
  return (
    <div className="grid gap-2">
      <div className="flex items-center gap-2">
        <Button size="icon" aria-label="Zoom out" onClick={() => zoom(view.zoom / ZOOM_STEP)}>
          <Icon name="minus" />
        </Button>
        <input
          type="range"
          aria-label="Zoom"
          aria-valuetext={`${Math.round(view.zoom * 100)} %`}
          min={1}
          max={most}
          step={0.05}
          value={view.zoom}
          disabled={most === 1}
          onChange={({ currentTarget }) => zoom(Number(currentTarget.value))}
          className="h-11 min-w-0 flex-1"
        />
        <Button size="icon" aria-label="Zoom in" onClick={() => zoom(view.zoom * ZOOM_STEP)}>
          <Icon name="plus" />
        </Button>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {MOVES.map(({ label, icon, turn, by }) => (
          <Button key={label} size="icon" aria-label={label} onClick={() => onView(moveView(size, view, by))}>
            <Icon name={icon} className={`size-5 ${turn}`} />
          </Button>
        ))}
        <Button variant="plain" onClick={() => onView(clampView(size, WHOLE_PICTURE))}>
          Use whole picture
        </Button>
      </div>
    </div>
  );
}
