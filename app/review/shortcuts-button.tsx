"use client";

import { Button } from "@/app/_ui/button";
import { useReviewWorkspace } from "./review-workspace";
import { KeyHint } from "./key-hint";

export function ShortcutsButton() {
  const { showShortcuts: showKeys } = useReviewWorkspace();
  return (
    <Button variant="plain" onClick={showKeys} aria-keyshortcuts="?">
      Keys
      <KeyHint action="keys" />
    </Button>
  );
}
