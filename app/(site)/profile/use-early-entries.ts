"use client";

import { type Dispatch, useEffect, useRef } from "react";
import { wasChanged } from "@/app/_ui/early-input";
import type { AutosaveEvent } from "./autosave";

/** Returns a ref for an element. What a member typed in it before the scripts ran is saved too. */
export function useEarlyEntries<Root extends HTMLElement>(dispatch: Dispatch<AutosaveEvent>) {
  const root = useRef<Root>(null);
  useEffect(() => {
    const controls = root.current?.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(
      "input, textarea",
    );
    for (const control of controls ?? [])
      if (wasChanged(control)) dispatch({ type: "typed", path: control.name, text: control.value });
  }, [dispatch]);
  return root;
}
