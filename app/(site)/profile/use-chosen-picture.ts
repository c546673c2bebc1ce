"use client";

import { useCallback, useEffect, useState } from "react";

/** The picture that is being cut before it is sent, with an address under which this page can show it. */
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
  return { chosen, choose, drop: clear };
}
