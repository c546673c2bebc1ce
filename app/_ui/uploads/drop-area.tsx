"use client";

import { clsx } from "clsx";
import { type DragEvent, type ReactNode, useState } from "react";

/** Accepts dropped files. An extra for mouse users: the controls inside work without it. */
export function DropArea({
  label,
  onFiles,
  onDragEnter,
  className,
  children,
}: {
  label: string;
  onFiles: (files: File[]) => void;
  /** Called when files are dragged over the area. */
  onDragEnter?: () => void;
  className?: string;
  children: ReactNode;
}) {
  const [isOver, setIsOver] = useState(false);
  const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer.types.includes("Files");
  return (
    <fieldset
      className={clsx(
        "min-w-0 rounded border border-dashed p-4 transition-colors duration-150",
        isOver ? "border-accent bg-accent-wash" : "border-edge",
        className,
      )}
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        if (!isOver) onDragEnter?.();
        setIsOver(true);
      }}
      onDragLeave={(event) => {
        const target = event.relatedTarget;
        if (!(target instanceof Node && event.currentTarget.contains(target))) setIsOver(false);
      }}
      onDrop={(event) => {
        setIsOver(false);
        if (!hasFiles(event)) return;
        event.preventDefault();
        onFiles([...event.dataTransfer.files]);
      }}
    >
      <legend className="sr-only">{label}</legend>
      {children}
    </fieldset>
  );
}
