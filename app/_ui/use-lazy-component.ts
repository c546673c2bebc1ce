"use client";

import { type ComponentType, useCallback, useState } from "react";
import { announce } from "./announce";

/**
 * Loads the code of a component on demand. `component` is null until `load` has succeeded.
 * `load` may be called again after a failure; each failure is announced to screen readers.
 * Unlike `next/dynamic` it suspends nothing, so nothing flickers, and it needs no extra code.
 */
export function useLazyComponent<Props>(importComponent: () => Promise<ComponentType<Props>>) {
  const [component, setComponent] = useState<ComponentType<Props> | null>(null);
  const [errorMessage, setErrorMessage] = useState<string | null>(null);
  const load = useCallback(() => {
    setErrorMessage(null);
    importComponent().then(
      (loaded) => setComponent(() => loaded),
      () => {
        const message =
          "This part of the page could not be loaded. Check your internet connection and try again.";
        setErrorMessage(message);
        announce(message);
      },
    );
  }, [importComponent]);
  return { component, errorMessage, load };
}
