"use client";

import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from "react";
import { MOVE_STEP } from "./crop-controls";
import { type CropView, cropOf, cropStyleOf, moveView, type Size, zoomView } from "./crop-view";

type Point = { x: number; y: number };

const ARROW_MOVES: Record<string, { right?: number; down?: number }> = {
  ArrowLeft: { right: -MOVE_STEP },
  ArrowRight: { right: MOVE_STEP },
  ArrowUp: { down: -MOVE_STEP },
  ArrowDown: { down: MOVE_STEP },
};

/**
 * Shows the round window over the picture. The member moves it by dragging or with the arrow keys
 * and zooms it with the wheel, two fingers, plus and minus. Shift makes small steps.
 */
export function CropViewport({
  src,
  size,
  view,
  onViewChange,
  onSizeLoaded,
  onError,
}: {
  src: string;
  /** Null until the picture has loaded. */
  size: Size | null;
  view: CropView;
  onViewChange: (view: CropView) => void;
  onSizeLoaded: (size: Size) => void;
  onError: () => void;
}) {
  const box = useRef<HTMLButtonElement>(null);
  const pointers = useRef(new Map<number, Point>());
  const latest = useRef({ size, view, onViewChange });
  latest.current = { size, view, onViewChange };

  // Not `onWheel`: React's listener is passive, so the dialog would scroll too.
  useEffect(() => {
    const element = box.current;
    const onWheel = (event: WheelEvent) => {
      const current = latest.current;
      if (!current.size) return;
      event.preventDefault();
      const zoom = current.view.zoom * Math.exp(-event.deltaY / 500);
      current.onViewChange(zoomView(current.size, current.view, zoom));
    };
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, []);

  function onPointerMove(event: PointerEvent<HTMLButtonElement>) {
    const before = pointers.current.get(event.pointerId);
    if (!size || !before) return;
    const after = { x: event.clientX, y: event.clientY };
    const [other] = [...pointers.current].flatMap(([id, point]) => (id === event.pointerId ? [] : [point]));
    pointers.current.set(event.pointerId, after);
    if (other) {
      const scale = distanceBetween(after, other) / Math.max(1, distanceBetween(before, other));
      onViewChange(zoomView(size, view, view.zoom * scale));
      return;
    }
    const side = event.currentTarget.clientWidth;
    const step = { right: (before.x - after.x) / side, down: (before.y - after.y) / side };
    onViewChange(moveView(size, view, step));
  }

  function onPointerEnd({ pointerId }: PointerEvent) {
    pointers.current.delete(pointerId);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (!size || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = ARROW_MOVES[event.key];
    const factor = event.shiftKey ? 0.1 : 1;
    if (move) {
      const step = { right: (move.right ?? 0) * factor, down: (move.down ?? 0) * factor };
      onViewChange(moveView(size, view, step));
    } else if (event.key === "+" || event.key === "=") onViewChange(zoomView(size, view, view.zoom * 1.1));
    else if (event.key === "-") onViewChange(zoomView(size, view, view.zoom / 1.1));
    else return;
    event.preventDefault();
  }

  return (
    // A button, because it needs focus and keys. CropControls serves members whose screen reader
    // uses the arrow keys.
    <button
      type="button"
      ref={box}
      aria-label="Visible part. Move it with the arrow keys. Zoom with plus and minus."
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
      }}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerEnd}
      onPointerCancel={onPointerEnd}
      className="relative mx-auto block aspect-square w-full max-w-[min(20rem,45dvh)] cursor-move! touch-none overflow-hidden rounded bg-well select-none"
    >
      <img
        src={src}
        alt=""
        draggable={false}
        onLoad={({ currentTarget }) =>
          onSizeLoaded({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })
        }
        onError={onError}
        className="absolute max-w-none"
        style={size ? cropStyleOf(cropOf(size, view)) : { visibility: "hidden" }}
      />
      <span
        aria-hidden="true"
        className="pointer-events-none absolute inset-0 rounded-full border-2 border-sheet outline-[12rem] outline-sheet/70"
      />
    </button>
  );
}

function distanceBetween(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
