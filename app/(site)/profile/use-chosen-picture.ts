"use client";

import { useCallback, useEffect, useState } from "react";

/** Holds the picture that the member crops before its upload, with an object URL to show it. */
export function useChosenPicture() {
  const [chosen, setChosen] = useState<{ file: File; src: string } | null>(null);
  const choose = useCallback((files: readonly File[]) => {
    const [file] = files;
    if (file) setChosen({ file, src: URL.createObjectURL(file) });
  }, []);
  const clear = useCallback(() => setChosen(null), []);
  useEffect(() => {
    if (chosen) return () => URL.revokeObjectURL(chosen.src);
  }, [chosen]);
  return { chosen, choose, clear };
}
