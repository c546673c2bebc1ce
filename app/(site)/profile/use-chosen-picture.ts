"use client";

import { useCallback, useEffect, useState } from "react";
import type { ValidFile } from "@/app/_ui/uploads/send-files";
import type { useUploads } from "@/app/_ui/uploads/use-uploads";

/**
 * Holds the picture that the member crops before its upload, with an object URL to show it. A
 * picture that this browser cannot show is uploaded whole: the server decides about it.
 */
export function useChosenPicture({ check, send }: Pick<ReturnType<typeof useUploads>, "check" | "send">) {
  const [chosen, setChosen] = useState<{ picture: ValidFile; src: string } | null>(null);
  const choose = useCallback(
    async (files: readonly File[]) => {
      const [picture] = await check(files);
      if (!picture) return;
      const src = URL.createObjectURL(picture.file);
      if (await canDisplay(src)) return setChosen({ picture, src });
      URL.revokeObjectURL(src);
      await send([picture]);
    },
    [check, send],
  );
  const clear = useCallback(() => setChosen(null), []);
  useEffect(() => {
    if (chosen) return () => URL.revokeObjectURL(chosen.src);
  }, [chosen]);
  return { chosen, choose, clear };
}

function canDisplay(src: string): Promise<boolean> {
  return new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve(image.naturalWidth > 0);
    image.onerror = () => resolve(false);
    image.src = src;
  });
}
