"use client";

import { useEffect, useRef } from "react";

/**
 * Returns a ref for a button with `data-early`. A button that was pressed before the page's scripts
 * ran is pressed again now.
 */
export function useEarlyClick() {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const element = button.current;
    const early = window.earlyInput;
    if (!element || !early) return;
    early.ready.add(element);
    element.removeAttribute("data-waiting");
    if (early.waiting.delete(element)) element.click();
  }, []);
  return button;
}
