"use client";

import { clsx } from "clsx";
import { type DragEvent, type ReactNode, useState } from "react";

/** Takes files that are dropped on it. An addition for those with a mouse: everything in it works without. */
export function DropArea({
  label,
  onFiles,
  onDragEnter: onOver,
  className,
  children,
}: {
  label: string;
  onFiles: (files: File[]) => void;
  /** Files are held over it. */
  onDragEnter?: () => void;
  className?: string;
  children: ReactNode;
}) {
  const [over, setOver] = useState(false);
  const bringsFiles = ({ dataTransfer }: DragEvent) => dataTransfer.types.includes("Files");
  return (
    <fieldset
      className={clsx(
        "min-w-0 rounded border border-dashed p-4 transition-colors duration-150",
        over ? "border-accent bg-accent-wash" : "border-edge",
        className,
      )}
      onDragOver={(event) => {
        if (!bringsFiles(event)) return;
        event.preventDefault();
        if (!over) onOver?.();
        setOver(true);
      }}
      onDragLeave={(event) => {
        const to = event.relatedTarget;
        if (!(to instanceof Node && event.currentTarget.contains(to))) setOver(false);
      }}
      onDrop={(event) => {
        setOver(false);
        if (!bringsFiles(event)) return;
        event.preventDefault();
        onFiles([...event.dataTransfer.files]);
      }}
    >
      <legend className="sr-only">{label}</legend>
      {children}
    </fieldset>
  );
}
