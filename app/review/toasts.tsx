"use client";

import type { ReactNode } from "react";
import { createPortal } from "react-dom";
import { Icon, type IconName } from "@/app/_ui/icons";

const TOAST_REGION_ID = "desk-bars";

/** The place at the bottom of the window where toasts appear. */
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

/** Shows a toast of a component elsewhere on the page; only after hydration. */
export function ToastPortal({ children }: { children: ReactNode }) {
  const region = document.getElementById(TOAST_REGION_ID);
  return region ? createPortal(children, region) : null;
}

/** A text with an action. The component that shows it announces and removes it. */
export function Toast({
  icon,
  children,
  action,
}: {
  icon: IconName;
  children: ReactNode;
  action: ReactNode;
}) {
  return (
    <div className="pointer-events-auto flex max-w-prose animate-arrive flex-wrap items-center gap-x-4 gap-y-1 rounded border border-edge bg-sheet py-1.5 pr-1.5 pl-3 shadow-float">
      <Icon name={icon} className="size-5" />
      <p className="min-w-0 flex-1">{children}</p>
      {action}
    </div>
  );
}
