"use client";

import type { ReactNode } from "react";
import { createPortal } from "react-dom";
import { Icon, type IconName } from "@/app/_ui/icons";

const TOAST_REGION_ID = "desk-bars";

/** The foot of the window, where lines float that are only true for a while. */
export function ToastRegion({ children }: { children: ReactNode }) {
  return (
    <div
      id={TOAST_REGION_ID}
      className="pointer-events-none fixed inset-x-2 bottom-2 z-40 grid justify-items-center gap-2 sm:inset-x-4 sm:bottom-4"
    >
      {children}
    </div>
  );
}

/** A line among the bars for a component elsewhere; only after the page has come to life. */
export function ToastPortal({ children }: { children: ReactNode }) {
  const place = document.getElementById(TOAST_REGION_ID);
  return place ? createPortal(children, place) : null;
}

/** One line: words and what can be done. Its owner announces it and takes it away. */
export function Toast({ icon, children, action }: { icon: IconName; children: ReactNode; action: ReactNode }) {
  return (
    <div className="pointer-events-auto flex max-w-prose animate-arrive flex-wrap items-center gap-x-4 gap-y-1 rounded border border-edge bg-sheet py-1.5 pr-1.5 pl-3 shadow-float">
      <Icon name={icon} className="size-5" />
      <p className="min-w-0 flex-1">{children}</p>
      {action}
    </div>
  );
}
