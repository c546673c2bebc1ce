"use client";

import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from "react";
import { MOVE_STEP } from "./crop-controls";
import { cropOf, moveView, cropStyleOf, type Size, type CropView, zoomView } from "./crop-view";

type Point = { x: number; y: number };

const ARROW_MOVES: Record<string, { right?: number; down?: number }> = {
  ArrowLeft: { right: -MOVE_STEP },
  ArrowRight: { right: MOVE_STEP },
  ArrowUp: { down: -MOVE_STEP },
  ArrowDown: { down: MOVE_STEP },
};

/**
 * The round window with the picture behind it. Drag or use the arrow keys to move, pinch, turn the wheel or press plus and minus to zoom;
 * with Shift, arrow keys take steps of a tenth.
 */
export function CropViewport({
  src,
  size,
  view,
  onViewChange: onView,
  onSizeLoaded: onSize,
  onError: onBroken,
}: {
  src: string;
  /** Null until the picture is there. */
  size: Size | null;
  view: CropView;
  onViewChange: (view: CropView) => void;
  onSizeLoaded: (size: Size) => void;
  onError: () => void;
}) {
  const box = useRef<HTMLButtonElement>(null);
  const pointers = useRef(new Map<number, Point>());
  const latest = useRef({ size, view, onView });
  latest.current = { size, view, onView };

  // By hand, since React listens to the wheel passively and the dialog would scroll along.
  useEffect(() => {
    const element = box.current;
    const onWheel = (event: WheelEvent) => {
      const { size: known, view: now, onView: tell } = latest.current;
      if (!known) return;
      event.preventDefault();
      tell(zoomView(known, now, now.zoom * Math.exp(-event.deltaY / 500)));
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
      onView(
        zoomView(size, view, (view.zoom * distanceBetween(after, other)) / Math.max(1, distanceBetween(before, other))),
      );
      return;
    }
    const side = event.currentTarget.clientWidth;
    onView(moveView(size, view, { right: (before.x - after.x) / side, down: (before.y - after.y) / side }));
  }

  function onPointerEnd({ pointerId }: PointerEvent) {
    pointers.current.delete(pointerId);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (!size || event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROW_MOVES[event.key];
    const part = event.shiftKey ? 0.1 : 1;
    if (arrow)
      onView(moveView(size, view, { right: (arrow.right ?? 0) * part, down: (arrow.down ?? 0) * part }));
    else if (event.key === "+" || event.key === "=") onView(zoomView(size, view, view.zoom * 1.1));
    else if (event.key === "-") onView(zoomView(size, view, view.zoom / 1.1));
    else return;
    event.preventDefault();
  }

  return (
    // A button, for it has to take focus and keys; whoever's arrow keys are taken for reading finds the same below, press by press.
    <button
      type="button"
      ref={box}
      aria-label="The part that is shown. Arrow keys move it, plus and minus zoom."
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
          onSize({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })
        }
        onError={onBroken}
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
