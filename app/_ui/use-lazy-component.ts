"use client";

import { type ComponentType, useCallback, useState } from "react";
import { announce } from "./announce";

/**
 * A component whose code is fetched when it is asked for. Null until then; `fetch` may be called again after a failure, and each failure is told.
 * Unlike `next/dynamic` it suspends nothing around it, so nothing flickers and focus stays, and costs no code of its own.
 */
export function useLazyComponent<Props>(load: () => Promise<ComponentType<Props>>) {
  const [component, setComponent] = useState<ComponentType<Props> | null>(null);
  const [errorMessage, setErrorMessage] = useState<string | null>(null);
  const loadComponent = useCallback(() => {
    setErrorMessage(null);
    load().then(
      (loaded) => setComponent(() => loaded),
      () => {
        const words = "That could not be fetched. Look at your connection and try again.";
        setErrorMessage(words);
        announce(words);
      },
    );
  }, [load]);
  return { component, errorMessage, load: loadComponent };
}
