"use client";

import { Button } from "@/app/_ui/button";
import { useReviewWorkspace } from "./review-workspace";
import { KeyHint } from "./key-hint";

export function ShortcutsButton() {
  const { showShortcuts } = useReviewWorkspace();
  return (
    <Button variant="plain" onClick={showShortcuts} aria-keyshortcuts="?">
      Shortcuts
      <KeyHint action="keys" />
    </Button>
  );
}
